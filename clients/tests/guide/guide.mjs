// The guide's usages in JavaScript, each a step named on the command line. Only the token and the example's id are
// not the guide's. The steps after `handled` call what the guide defines without using.

import { readFile } from 'node:fs/promises';

import { DueSparkClient, handleClientOperation } from './duespark.mjs';

const { DUESPARK_TOKEN, CLIENT_ID } = process.env;

const duespark = new DueSparkClient(DUESPARK_TOKEN);

const clientData = {
  name: 'Acme Corporation',
  email: 'billing@acme.com',
  phone: '+1-555-123-4567',
  address: {
    street: '123 Business Ave',
    city: 'New York',
    state: 'NY',
    zip_code: '10001',
    country: 'US'
  },
  taxId: '12-3456789',
  paymentTerms: 30,
  notes: 'Important client - priority support'
};

const clientsToImport = [
  {
    name: 'Client 1',
    email: 'client1@example.com',
    phone: '+1-555-111-1111'
  },
  {
    name: 'Client 2',
    email: 'client2@example.com',
    phone: '+1-555-222-2222'
  }
];

const steps = {
  async create() {
    try {
      const newClient = await duespark.createClient(clientData);

      console.log('Client created successfully:', newClient);
    } catch (error) {
      console.error('Error creating client:', error.message);
    }
  },

  async get() {
    try {
      const client = await duespark.getClient(CLIENT_ID);
      console.log('Client details:', client);
      console.log(`Total invoiced: $${client.total_invoiced}`);
    } catch (error) {
      console.error('Error getting client:', error.message);
    }
  },

  async list() {
    try {
      const allClients = await duespark.listClients();
      console.log(`Found ${allClients.total} clients`);
      allClients.items.forEach(client => {
        console.log(`- ${client.name} (${client.email})`);
      });
    } catch (error) {
      console.error('Error listing clients:', error.message);
    }
  },

  async search() {
    try {
      const searchResults = await duespark.listClients({
        search: 'acme',
        isActive: true,
        page: 1,
        limit: 10,
        sortBy: 'name',
        sortOrder: 'asc'
      });

      console.log('Search results:', searchResults.items);
    } catch (error) {
      console.error('Error searching clients:', error.message);
    }
  },

  async update() {
    try {
      const updatedClient = await duespark.updateClient(CLIENT_ID, {
        name: 'Acme Corporation LLC',
        email: 'accounting@acme.com',
        phone: '+1-555-123-9999',
        payment_terms: 15,
        notes: 'Updated contact info - priority client with expedited terms'
      });

      console.log('Client updated successfully:', updatedClient);
    } catch (error) {
      console.error('Error updating client:', error.message);
    }
  },

  async deactivate() {
    try {
      const result = await duespark.deactivateClient(CLIENT_ID);
      console.log('Client deactivated:', result.message);
    } catch (error) {
      console.error('Error deactivating client:', error.message);
    }
  },

  async stats() {
    try {
      const stats = await duespark.getClientStats(CLIENT_ID, '12m');

      console.log('Client Statistics:');
      console.log(`- Total Revenue: $${stats.total_revenue}`);
      console.log(`- Average Payment Time: ${stats.avg_payment_time_days} days`);
      console.log(`- Payment Success Rate: ${stats.payment_success_rate}%`);
      console.log(`- Outstanding Amount: $${stats.outstanding_amount}`);
    } catch (error) {
      console.error('Error getting client stats:', error.message);
    }
  },

  async import() {
    try {
      const result = await duespark.bulkImportClients(clientsToImport);
      console.log(`Successfully imported ${result.created} clients`);

      if (result.errors.length > 0) {
        console.log('Errors occurred:', result.errors);
      }
    } catch (error) {
      console.error('Import failed:', error.message);
    }
  },

  async handled() {
    await handleClientOperation(() => duespark.createClient(clientData));
  },

  async csv() {
    const file = new File([await readFile('clients.csv')], 'clients.csv', { type: 'text/csv' });
    const result = await duespark.importFromCSV(file);
    console.log(`Successfully imported ${result.created} clients`);
  },

  async missing() {
    await handleClientOperation(() => duespark.getClient(CLIENT_ID));
  },

  async invalid() {
    await handleClientOperation(() => duespark.createClient({ name: 'Client not found', email: 'Duplicate' }));
  }
};

await steps[process.argv[2]]();
