"""The guide's usages in Python, each a step named on the command line.

Only the token and the example's id are not the guide's. The steps after `handled` call what the guide
defines without using.
"""

import os
import sys

from duespark_client import Address, ClientData, DueSparkClient

duespark = DueSparkClient(os.environ['DUESPARK_TOKEN'])
client_id = os.environ.get('CLIENT_ID')
step = sys.argv[1]

client_data = ClientData(
    name='Acme Corporation',
    email='billing@acme.com',
    phone='+1-555-123-4567',
    address=Address(
        street='123 Business Ave',
        city='New York',
        state='NY',
        zip_code='10001',
        country='US'
    ),
    tax_id='12-3456789',
    payment_terms=30,
    notes='Important client - priority support'
)

clients_to_import = [
    {
        'name': 'Client 1',
        'email': 'client1@example.com',
        'phone': '+1-555-111-1111'
    },
    {
        'name': 'Client 2',
        'email': 'client2@example.com',
        'phone': '+1-555-222-2222'
    }
]

if step == 'create':
    try:
        new_client = duespark.create_client(client_data)
        print(f"Client created successfully: {new_client}")

    except Exception as error:
        print(f"Error creating client: {error}")

elif step == 'get':
    try:
        client = duespark.get_client(client_id)
        print(f"Client details: {client}")
        print(f"Total invoiced: ${client['total_invoiced']}")
    except Exception as error:
        print(f"Error getting client: {error}")

elif step == 'list':
    try:
        all_clients = duespark.list_clients()
        print(f"Found {all_clients['total']} clients")

        for client in all_clients['items']:
            print(f"- {client['name']} ({client['email']})")

    except Exception as error:
        print(f"Error listing clients: {error}")

elif step == 'search':
    try:
        search_results = duespark.list_clients(
            search='acme',
            is_active=True,
            page=1,
            limit=10,
            sort_by='name',
            sort_order='asc'
        )

        print(f"Search results: {len(search_results['items'])} clients found")
        for client in search_results['items']:
            print(f"- {client['name']}: ${client['total_invoiced']} invoiced")

    except Exception as error:
        print(f"Error searching clients: {error}")

elif step == 'update':
    try:
        updated_client = duespark.update_client(client_id, {
            'name': 'Acme Corporation LLC',
            'email': 'accounting@acme.com',
            'phone': '+1-555-123-9999',
            'payment_terms': 15,
            'notes': 'Updated contact info - priority client with expedited terms'
        })

        print(f"Client updated successfully: {updated_client}")
    except Exception as error:
        print(f"Error updating client: {error}")

elif step == 'deactivate':
    try:
        result = duespark.deactivate_client(client_id)
        print(f"Client deactivated: {result['message']}")
    except Exception as error:
        print(f"Error deactivating client: {error}")

elif step == 'stats':
    try:
        stats = duespark.get_client_stats(client_id, '12m')

        print("Client Statistics:")
        print(f"- Total Revenue: ${stats['total_revenue']}")
        print(f"- Average Payment Time: {stats['avg_payment_time_days']} days")
        print(f"- Payment Success Rate: {stats['payment_success_rate']}%")
        print(f"- Outstanding Amount: ${stats['outstanding_amount']}")

    except Exception as error:
        print(f"Error getting client stats: {error}")

elif step == 'import':
    try:
        result = duespark.bulk_import_clients(clients_to_import)
        print(f"Successfully imported {result['created']} clients")

        if result['errors']:
            print(f"Errors occurred: {result['errors']}")

    except Exception as error:
        print(f"Import failed: {error}")

elif step == 'handled':
    try:
        result = duespark.handle_client_operation(
            lambda: duespark.create_client(client_data)
        )
    except Exception as error:
        # Error has been logged, handle UI response
        pass

elif step == 'csv':
    result = duespark.import_from_csv('clients.csv')
    print(f"Successfully imported {result['created']} clients")

elif step == 'missing':
    duespark.handle_client_operation(lambda: duespark.get_client(client_id))

elif step == 'invalid':
    duespark.handle_client_operation(
        lambda: duespark.create_client(ClientData(name='Client not found', email='Duplicate'))
    )
