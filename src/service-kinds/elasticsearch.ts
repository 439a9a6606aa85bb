import type { ServiceKind } from './kind.ts';

export const elasticsearch: ServiceKind = {
  name: 'elasticsearch',
  title: 'Elasticsearch or OpenSearch',
  images: ['elasticsearch', 'opensearch'],
  variables: [],
  ports: [{ port: 9200, scheme: 'http' }],
  probe: { path: '/_cluster/health' },
};
