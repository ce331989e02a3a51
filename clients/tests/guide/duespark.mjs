// What the guide's JavaScript defines: its class, whole, and its error handling. Only the host is not the guide's.

const { DUESPARK_URL } = process.env;

export class DueSparkClient {
  constructor(token) {
    this.token = token;
    this.baseURL = DUESPARK_URL;
  }

  async createClient(clientData) {
    const response = await fetch(`${this.baseURL}/clients/`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${this.token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        name: clientData.name,
        email: clientData.email,
        phone: clientData.phone,
        address: clientData.address,
        tax_id: clientData.taxId,
        payment_terms: clientData.paymentTerms,
        notes: clientData.notes
      })
    });

    if (!response.ok) {
      const error = await response.json();
      throw new Error(`Failed to create client: ${error.detail}`);
    }

    return await response.json();
  }

  async getClient(clientId) {
    const response = await fetch(`${this.baseURL}/clients/${clientId}`, {
      headers: {
        'Authorization': `Bearer ${this.token}`,
      }
    });

    if (!response.ok) {
      if (response.status === 404) {
        throw new Error('Client not found');
      }
      const error = await response.json();
      throw new Error(`Failed to get client: ${error.detail}`);
    }

    return await response.json();
  }

  async listClients(options = {}) {
    const params = new URLSearchParams();

    if (options.page) params.append('page', options.page);
    if (options.limit) params.append('limit', options.limit);
    if (options.search) params.append('search', options.search);
    if (options.isActive !== undefined) params.append('is_active', options.isActive);
    if (options.sortBy) params.append('sort_by', options.sortBy);
    if (options.sortOrder) params.append('sort_order', options.sortOrder);

    const response = await fetch(`${this.baseURL}/clients/?${params}`, {
      headers: {
        'Authorization': `Bearer ${this.token}`,
      }
    });

    if (!response.ok) {
      const error = await response.json();
      throw new Error(`Failed to list clients: ${error.detail}`);
    }

    return await response.json();
  }

  async updateClient(clientId, updates) {
    const response = await fetch(`${this.baseURL}/clients/${clientId}`, {
      method: 'PUT',
      headers: {
        'Authorization': `Bearer ${this.token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(updates)
    });

    if (!response.ok) {
      if (response.status === 404) {
        throw new Error('Client not found');
      }
      const error = await response.json();
      throw new Error(`Failed to update client: ${error.detail}`);
    }

    return await response.json();
  }

  async deactivateClient(clientId) {
    const response = await fetch(`${this.baseURL}/clients/${clientId}`, {
      method: 'DELETE',
      headers: {
        'Authorization': `Bearer ${this.token}`,
      }
    });

    if (!response.ok) {
      if (response.status === 404) {
        throw new Error('Client not found');
      }
      const error = await response.json();
      throw new Error(`Failed to deactivate client: ${error.detail}`);
    }

    return await response.json();
  }

  async getClientStats(clientId, period = '12m') {
    const params = new URLSearchParams({ period });

    const response = await fetch(`${this.baseURL}/clients/${clientId}/stats?${params}`, {
      headers: {
        'Authorization': `Bearer ${this.token}`,
      }
    });

    if (!response.ok) {
      const error = await response.json();
      throw new Error(`Failed to get client stats: ${error.detail}`);
    }

    return await response.json();
  }

  async bulkImportClients(clients) {
    const response = await fetch(`${this.baseURL}/clients/bulk/import`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${this.token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ clients })
    });

    if (!response.ok) {
      const error = await response.json();
      throw new Error(`Failed to import clients: ${error.detail}`);
    }

    return await response.json();
  }

  async importFromCSV(file) {
    const formData = new FormData();
    formData.append('file', file);

    const response = await fetch(`${this.baseURL}/clients/bulk/import`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${this.token}`,
      },
      body: formData
    });

    if (!response.ok) {
      const error = await response.json();
      throw new Error(`Failed to import CSV: ${error.detail}`);
    }

    return await response.json();
  }
}

// Comprehensive error handling
export async function handleClientOperation(operation) {
  try {
    return await operation();
  } catch (error) {
    if (error.message.includes('Client not found')) {
      console.error('The specified client does not exist');
      // Redirect to client list or show appropriate UI
    } else if (error.message.includes('Validation')) {
      console.error('Invalid client data provided');
      // Show form validation errors
    } else if (error.message.includes('Duplicate')) {
      console.error('A client with this email already exists');
      // Suggest updating existing client instead
    } else {
      console.error('Unexpected error:', error.message);
      // Show generic error message
    }
    throw error;
  }
}
