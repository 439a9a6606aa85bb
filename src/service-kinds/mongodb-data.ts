import type { KindDump } from './kind.ts';

/**
 * Credentials come from the container's own environment and secret files, and go to the tools in a file
 * of this process alone. All databases are meant but the server's own.
 */
const CONNECT = `
set -eu
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
given() {
  eval "file=\\\${MONGO_INITDB_ROOT_$1_FILE:-} plain=\\\${MONGO_INITDB_ROOT_$1:-}"
  if [ -n "$file" ]; then cat "$file"; else printf %s "$plain"; fi
}
user=$(given USERNAME)
tool() {
  program=$1
  shift
  if [ -n "$user" ]; then
    printf "password: '%s'\\n" "$(given PASSWORD | sed "s/'/''/g")" >"$work/tool.yaml"
    set -- --config="$work/tool.yaml" --username="$user" --authenticationDatabase=admin "$@"
  fi
  "$program" "$@"
}
tell() {
  { cat <<'JS'
const given = (name) => {
  const file = process.env["MONGO_INITDB_ROOT_" + name + "_FILE"];
  return file ? require("fs").readFileSync(file, "utf8").trim() : process.env["MONGO_INITDB_ROOT_" + name];
};
const admin = db.getSiblingDB("admin");
if (given("USERNAME")) admin.auth(given("USERNAME"), given("PASSWORD"));
const ours = /^onestack_restoring_[0-9a-f]+[.]/;
const databases = () => admin.adminCommand({ listDatabases: 1, nameOnly: true }).databases
  .map(({ name }) => name).filter((name) => !["admin", "config", "local"].includes(name))
  .map((name) => db.getSiblingDB(name));
const infos = (one, filter) => one.getCollectionInfos(filter).filter(({ name }) => !name.startsWith("system."));
// Each step can be done again: what a kill has cut off goes on from here.
const forward = ({ _id: prefix, names }) => {
  for (const [base, kept] of Object.entries(names)) {
    const one = db.getSiblingDB(base);
    for (const { name, type } of infos(one, {})) {
      if (!name.startsWith(prefix)) continue;
      if (type === "view") one.getCollection(name).drop();
      else one.getCollection(name).renameCollection(name.slice(prefix.length), true);
    }
    for (const { name } of infos(one, {})) {
      if (!ours.test(name) && (!(name in kept) || kept[name] !== null)) one.getCollection(name).drop();
    }
    for (const [name, view] of Object.entries(kept)) {
      if (view !== null) one.createView(name, view.viewOn, JSON.parse(view.pipeline));
    }
  }
  admin.onestack_swap.deleteOne({ _id: prefix });
};
const clear = () => {
  admin.onestack_swap.find().toArray().forEach(forward);
  for (const one of databases()) {
    for (const { name } of infos(one, {})) if (ours.test(name)) one.getCollection(name).drop();
  }
};
JS
    printf 'const beside = "%s.";\\n' "\${2:-}"
    printf '%s\\n' "$1"
  } >"$work/tell.js"
  mongosh --quiet --norc "$work/tell.js"
}
`;

export const mongodbDump: KindDump = {
  tool: 'mongodump',
  contents: 'mongodb',
  file: 'dump.archive',
  counts: ['collection', 'document'],
  formats: ['mongodb-archive'],
  dump: `${CONNECT}
tool mongodump --quiet --archive`,
  prepare: `${CONNECT}
tell 'clear();'`,
  // Under other names of the same databases: there alone a name can be changed at once.
  load: `${CONNECT}
tool mongorestore --quiet --archive --stopOnError --nsExclude='admin.*' --nsExclude='config.*' \\
  --nsFrom='$db$.$name$' --nsTo="\\$db\\$.$1.\\$name\\$"`,
  count: `${CONNECT}
tell 'for (const one of databases())
  for (const { name, type } of infos(one, {}))
    if (name.startsWith(beside) && type !== "view")
      print(JSON.stringify([one.getName() + "." + name.slice(beside.length), Number(one.getCollection(name).countDocuments({}))]));' "$1"`,
  swap: `${CONNECT}
tell 'const names = {};
for (const one of databases())
  for (const { name, type, options } of infos(one, {}))
    if (name.startsWith(beside)) {
      names[one.getName()] ??= {};
      names[one.getName()][name.slice(beside.length)] =
        type === "view" ? { viewOn: options.viewOn, pipeline: JSON.stringify(options.pipeline) } : null;
    }
admin.onestack_swap.insertOne({ _id: beside, names });
clear();' "$1"`,
  clear: `${CONNECT}
tell 'clear();'`,
};
