import { Document, isNode, visit, YAMLMap, YAMLSeq } from 'yaml';
import type { Node } from 'yaml';
import { isTagged } from './compose-service.ts';

/** Writes a generated file as YAML, in block or flow style, with its tags. */
export function composeText(value: unknown, flow: boolean): string {
  const document = new Document(null, { version: '1.1', schema: 'yaml-1.1', merge: false });
  document.contents = build(document, value);
  if (flow) {
    visit(document, {
      Collection: (_key, node, path) => {
        if (path.length > 6) node.flow = true;
      },
    });
  }
  document.directives = undefined;
  return document
    .toString({ lineWidth: 0, version: '1.1' } as never)
    .replace(/^%YAML.*\n---\n/, '');
}

function build(document: Document, value: unknown): Node {
  if (isTagged(value)) {
    const node = build(document, value.value);
    node.tag = value.tag;
    return node;
  }
  if (Array.isArray(value)) {
    const node = new YAMLSeq<Node>(document.schema);
    node.items = value.map((item) => build(document, item));
    return node;
  }
  if (typeof value === 'object' && value !== null) {
    const node = new YAMLMap<Node, Node>(document.schema);
    node.items = Object.entries(value).map(([key, inner]) =>
      document.createPair(build(document, key), build(document, inner)),
    );
    return node;
  }
  const node = document.createNode(value) as unknown;
  if (!isNode(node)) throw new Error('not a node');
  return node;
}
