"""What the guide's Python defines: its class, whole. Only the host is not the guide's.

Its last function, a method by its signature, is one.
"""

import os

import requests
from typing import Dict, Any, Optional
from dataclasses import dataclass
from typing import List, Optional


@dataclass
class Address:
    street: str
    city: str
    state: str
    zip_code: str
    country: str

@dataclass
class ClientData:
    name: str
    email: str
    phone: Optional[str] = None
    address: Optional[Address] = None
    tax_id: Optional[str] = None
    payment_terms: int = 30
    notes: Optional[str] = None

class DueSparkClient:
    def __init__(self, token: str):
        self.token = token
        self.base_url = os.environ['DUESPARK_URL']
        self.headers = {'Authorization': f'Bearer {token}'}

    def create_client(self, client_data: ClientData) -> Dict[str, Any]:
        """Create a new client"""
        payload = {
            'name': client_data.name,
            'email': client_data.email,
            'phone': client_data.phone,
            'payment_terms': client_data.payment_terms,
            'notes': client_data.notes
        }

        if client_data.address:
            payload['address'] = {
                'street': client_data.address.street,
                'city': client_data.address.city,
                'state': client_data.address.state,
                'zip_code': client_data.address.zip_code,
                'country': client_data.address.country
            }

        if client_data.tax_id:
            payload['tax_id'] = client_data.tax_id

        response = requests.post(
            f'{self.base_url}/clients/',
            headers={**self.headers, 'Content-Type': 'application/json'},
            json=payload
        )

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to create client: {error_detail}')

        return response.json()

    def get_client(self, client_id: str) -> Dict[str, Any]:
        """Get client details by ID"""
        response = requests.get(
            f'{self.base_url}/clients/{client_id}',
            headers=self.headers
        )

        if response.status_code == 404:
            raise Exception('Client not found')

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to get client: {error_detail}')

        return response.json()

    def list_clients(
        self,
        page: int = 1,
        limit: int = 50,
        search: Optional[str] = None,
        is_active: Optional[bool] = None,
        sort_by: str = 'created_at',
        sort_order: str = 'desc'
    ) -> Dict[str, Any]:
        """List clients with optional filtering and pagination"""

        params = {
            'page': page,
            'limit': limit,
            'sort_by': sort_by,
            'sort_order': sort_order
        }

        if search:
            params['search'] = search
        if is_active is not None:
            params['is_active'] = is_active

        response = requests.get(
            f'{self.base_url}/clients/',
            headers=self.headers,
            params=params
        )

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to list clients: {error_detail}')

        return response.json()

    def update_client(self, client_id: str, updates: Dict[str, Any]) -> Dict[str, Any]:
        """Update client information"""
        response = requests.put(
            f'{self.base_url}/clients/{client_id}',
            headers={**self.headers, 'Content-Type': 'application/json'},
            json=updates
        )

        if response.status_code == 404:
            raise Exception('Client not found')

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to update client: {error_detail}')

        return response.json()

    def deactivate_client(self, client_id: str) -> Dict[str, Any]:
        """Deactivate a client (soft delete)"""
        response = requests.delete(
            f'{self.base_url}/clients/{client_id}',
            headers=self.headers
        )

        if response.status_code == 404:
            raise Exception('Client not found')

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to deactivate client: {error_detail}')

        return response.json()

    def get_client_stats(self, client_id: str, period: str = '12m') -> Dict[str, Any]:
        """Get client statistics for a specific period"""
        params = {'period': period}

        response = requests.get(
            f'{self.base_url}/clients/{client_id}/stats',
            headers=self.headers,
            params=params
        )

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to get client stats: {error_detail}')

        return response.json()

    def bulk_import_clients(self, clients: List[Dict[str, Any]]) -> Dict[str, Any]:
        """Import multiple clients at once"""
        response = requests.post(
            f'{self.base_url}/clients/bulk/import',
            headers={**self.headers, 'Content-Type': 'application/json'},
            json={'clients': clients}
        )

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to import clients: {error_detail}')

        return response.json()

    def import_from_csv(self, file_path: str) -> Dict[str, Any]:
        """Import clients from CSV file"""
        with open(file_path, 'rb') as f:
            files = {'file': f}
            response = requests.post(
                f'{self.base_url}/clients/bulk/import',
                headers=self.headers,
                files=files
            )

        if not response.ok:
            error_detail = response.json().get('detail', 'Unknown error')
            raise Exception(f'Failed to import CSV: {error_detail}')

        return response.json()

    def handle_client_operation(self, operation):
        """Handle common client operation errors"""
        try:
            return operation()
        except Exception as error:
            error_message = str(error).lower()

            if 'not found' in error_message:
                print("Error: The specified client does not exist")
                # Handle client not found
            elif 'validation' in error_message:
                print("Error: Invalid client data provided")
                # Handle validation errors
            elif 'duplicate' in error_message:
                print("Error: A client with this email already exists")
                # Handle duplicate client
            else:
                print(f"Unexpected error: {error}")
                # Handle unexpected errors

            raise error
