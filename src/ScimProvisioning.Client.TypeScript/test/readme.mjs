// Writes the example of the README as a file, so that the compiler checks it.
import { readFileSync, writeFileSync } from 'node:fs';

const [, example] = /^```ts\n(.*?)^```/ms.exec(readFileSync('README.md', 'utf8'));
const app = `declare const key: string, connectionId: string, oid: string;
declare const store: import('scim-provisioning-client').PositionStore<object>;
`;
writeFileSync('test/readme.ts', `// Generated from README.md.\n${app}${example}`);
