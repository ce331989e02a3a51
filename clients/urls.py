from clients.views import ClientViewSet, InvoiceViewSet
from duespark.api.routers import Router

router = Router()
router.register("clients", ClientViewSet)
router.register("invoices", InvoiceViewSet)

urlpatterns = router.urls
