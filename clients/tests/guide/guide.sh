#!/usr/bin/env bash
# The guide's curl lines, each a step named on the command line. Only the host, the token and the
# example's id are not the guide's; -sS keeps the progress bar out, -w shows the status.
set -euo pipefail
curl() { command curl -sS -w '\n%{http_code}\n' "$@"; }

case "$1" in
create)
  curl -X POST "$DUESPARK_URL/clients/" \
    -H "Authorization: Bearer $DUESPARK_TOKEN" \
    -H "Content-Type: application/json" \
    -d '{
      "name": "Acme Corporation",
      "email": "billing@acme.com",
      "phone": "+1-555-123-4567",
      "address": {
        "street": "123 Business Ave",
        "city": "New York",
        "state": "NY",
        "zip_code": "10001",
        "country": "US"
      },
      "tax_id": "12-3456789",
      "payment_terms": 30,
      "notes": "Important client - priority support"
    }'
  ;;
get)
  curl -X GET "$DUESPARK_URL/clients/$CLIENT_ID" \
    -H "Authorization: Bearer $DUESPARK_TOKEN"
  ;;
list)
  curl -X GET "$DUESPARK_URL/clients/" \
    -H "Authorization: Bearer $DUESPARK_TOKEN"
  ;;
search)
  curl -X GET "$DUESPARK_URL/clients/?page=1&limit=50&search=acme&is_active=true" \
    -H "Authorization: Bearer $DUESPARK_TOKEN"
  ;;
update)
  curl -X PUT "$DUESPARK_URL/clients/$CLIENT_ID" \
    -H "Authorization: Bearer $DUESPARK_TOKEN" \
    -H "Content-Type: application/json" \
    -d '{
      "name": "Acme Corporation LLC",
      "email": "accounting@acme.com",
      "phone": "+1-555-123-9999",
      "payment_terms": 15,
      "notes": "Updated contact info - priority client with expedited terms"
    }'
  ;;
deactivate)
  curl -X DELETE "$DUESPARK_URL/clients/$CLIENT_ID" \
    -H "Authorization: Bearer $DUESPARK_TOKEN"
  ;;
stats)
  curl -X GET "$DUESPARK_URL/clients/$CLIENT_ID/stats?period=12m" \
    -H "Authorization: Bearer $DUESPARK_TOKEN"
  ;;
import)
  curl -X POST "$DUESPARK_URL/clients/bulk/import" \
    -H "Authorization: Bearer $DUESPARK_TOKEN" \
    -H "Content-Type: application/json" \
    -d '{
      "clients": [
        {
          "name": "Client 1",
          "email": "client1@example.com",
          "phone": "+1-555-111-1111"
        },
        {
          "name": "Client 2",
          "email": "client2@example.com",
          "phone": "+1-555-222-2222"
        }
      ]
    }'
  ;;
csv)
  curl -X POST "$DUESPARK_URL/clients/bulk/import" \
    -H "Authorization: Bearer $DUESPARK_TOKEN" \
    -F "file=@clients.csv"
  ;;
esac
