import type { ServiceKind } from './kind.ts';
import { mongodbDump } from './mongodb-data.ts';

/** `{ hello: 1, $db: "admin" }` as BSON, in one OP_MSG (2013). */
const HELLO =
  '\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0' +
  '\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0';

export const mongodb: ServiceKind = {
  name: 'mongodb',
  title: 'MongoDB',
  images: ['mongo', 'mongodb'],
  variables: ['MONGO_', 'MONGODB_'],
  ports: [{ port: 27017, scheme: 'mongodb' }],
  probe: { says: HELLO, answer: /^[^]{12}\xdd\x07\0\0[^]*isWritablePrimary/ },
  account: {
    user: ['MONGO_INITDB_ROOT_USERNAME'],
    database: ['MONGO_INITDB_DATABASE'],
    password: ['MONGO_INITDB_ROOT_PASSWORD'],
  },
  version: 'mongod --version',
  dump: mongodbDump,
  // `mongosh` takes a password from its command line only; what it runs can read the environment.
  console: `
command -v mongosh >/dev/null 2>&1 || exec mongo
exec mongosh $MONGO_INITDB_DATABASE --shell --eval '
  const given = (name) => {
    const file = process.env[name + "_FILE"];
    return file ? require("fs").readFileSync(file, "utf8").trim() : process.env[name];
  };
  const user = given("MONGO_INITDB_ROOT_USERNAME");
  if (user) db.getSiblingDB("admin").auth(user, given("MONGO_INITDB_ROOT_PASSWORD"));
  undefined'`,
};
