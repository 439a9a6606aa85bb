import type { MapEdge, SystemMap } from '../../release/report-data.ts';
import { html, type Markup } from './html.ts';
import { BOX, layOut, type Box } from './map-layout.ts';

/** A picture of more says nothing; they are listed nowhere else, but counted. */
const SHOWN_NODES = 80;
const SHOWN_EDGES = 400;
/** So many characters fit into a box. */
const FITTING = { name: 18, image: 23, title: 120 } as const;

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

function box({ node, x, y }: Box): Markup {
  const { name, kind, image, published } = node;
  const ports = published.length === 0 ? '' : ` :${published.join(' :')}`;
  const told = `${name} (${kind}): ${image}${ports === '' ? '' : `, published${ports}`}`;
  const middle = x + BOX.width / 2;
  return html`<g
    ><title>${cut(told, FITTING.title)}</title
    ><rect
      class="${kind}"
      x="${x}"
      y="${y}"
      width="${BOX.width}"
      height="${BOX.height}"
      rx="9"
    /><text x="${middle}" y="${y + 21}" text-anchor="middle">${cut(name, FITTING.name)}</text
    ><text class="sub" x="${middle}" y="${y + 39}" text-anchor="middle"
      >${cut(`${image}${ports}`, FITTING.image)}</text
    ></g
  >`;
}

function line({ from, to, kind }: MapEdge, boxes: ReadonlyMap<string, Box>): Markup | undefined {
  const [a, b] = [boxes.get(from), boxes.get(to)];
  if (a === undefined || b === undefined || a === b) return undefined;
  const [ax, bx] = [a.x + BOX.width / 2, b.x + BOX.width / 2];
  const down = b.y > a.y;
  const level = b.y === a.y;
  const [ay, by] = level
    ? [a.y + BOX.height, b.y + BOX.height]
    : [down ? a.y + BOX.height : a.y, down ? b.y : b.y + BOX.height];
  const bend = level ? 34 : Math.max(20, Math.abs(by - ay) / 2) * (down ? 1 : -1);
  const [c1, c2] = level ? [ay + bend, by + bend] : [ay + bend, by - bend];
  const path = `M${String(ax)} ${String(ay)}C${String(ax)} ${String(c1)} ${String(bx)} ${String(c2)} ${String(bx)} ${String(by)}`;
  const marker = kind === 'imports' ? 'arrow-imports' : 'arrow';
  return html`<path class="${kind}" d="${path}" marker-end="url(#${marker})" />`;
}

const ARROWS = html`<defs
  ><marker
    id="arrow"
    viewBox="0 0 8 8"
    refX="7"
    refY="4"
    markerWidth="7"
    markerHeight="7"
    orient="auto"
    ><path d="M0 0L8 4L0 8z" /></marker
  ><marker
    id="arrow-imports"
    viewBox="0 0 8 8"
    refX="7"
    refY="4"
    markerWidth="7"
    markerHeight="7"
    orient="auto"
    ><path class="imports" d="M0 0L8 4L0 8z" /></marker
></defs>`;

const words = (one: MapEdge): string =>
  `${one.from} ${{ talks: 'talks to', needs: 'waits for', imports: 'imports' }[one.kind]} ${one.to}`;

/** The system as a picture: modules, services, who talks to whom. */
export function mapPicture(map: SystemMap): Markup {
  const nodes = map.nodes.slice(0, SHOWN_NODES);
  const names = new Set(nodes.map(({ name }) => name));
  const isShown = ({ from, to }: MapEdge): boolean => names.has(from) && names.has(to);
  const edges = map.edges.filter(isShown).slice(0, SHOWN_EDGES);
  const { boxes, width, height } = layOut({ nodes, edges });
  const byName = new Map(boxes.map((one) => [one.node.name, one]));
  const hidden = map.nodes.length - nodes.length;
  const spoken = `${String(nodes.length)} parts. ${edges.slice(0, 12).map(words).join('; ')}`;
  return html`<div class="map">
      <svg
        viewBox="0 0 ${width} ${height + 12}"
        width="${width}"
        height="${height + 12}"
        role="img"
        aria-label="${spoken}"
      >
        ${ARROWS}${edges.map((one) => line(one, byName))}${boxes.map(box)}
      </svg>
    </div>
    <div class="legend">
      <span>blue: module, dashed: library</span><span>grey: service</span><span>— talks to</span
      ><span>··· waits for</span><span>- - imports its code</span>
    </div>
    ${hidden > 0 && html`<p class="soft">and ${hidden} more</p>`}`;
}
