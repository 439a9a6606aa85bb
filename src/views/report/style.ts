/** The page's looks: light and dark as the reader's system has it, from a phone to a wall. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#5d6778;--line:#dfe3ea;
--good:#1a7f4b;--bad:#c62f3b;--warn:#9a6200;--busy:#2463c9;--kept:#a9b2c1;--wash:#eef1f6;
--goodwash:#e3f4ea;--badwash:#fce8ea;--warnwash:#fdf1da;--busywash:#e5eefc}
@media (prefers-color-scheme:dark){:root{--paper:#0f131a;--card:#181e28;--ink:#e6eaf1;--soft:#99a4b6;
--line:#2b3442;--good:#4fc184;--bad:#ff7b84;--warn:#e5ac4d;--busy:#78aaff;--kept:#5b677a;--wash:#212937;
--goodwash:#14301f;--badwash:#3a1a1f;--warnwash:#352812;--busywash:#182a48}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
main{max-width:1180px;margin:0 auto;padding:24px 16px 48px}
header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:baseline;margin-bottom:20px}
h1{font-size:26px;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:17px;margin:0 0 12px}
h3{font-size:15px;margin:16px 0 6px}
p{margin:0 0 8px}
.soft{color:var(--soft)}.right{margin-left:auto}
code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin-bottom:16px;min-width:0}
.pair{display:grid;grid-template-columns:1fr;gap:16px;margin-bottom:16px}.pair>section{margin:0}
@media (min-width:900px){.pair{grid-template-columns:1fr 1fr}}
.pill{display:inline-block;border-radius:99px;padding:1px 10px;font-weight:600;font-size:13px;background:var(--wash);color:var(--soft);white-space:nowrap}
.pill.good{background:var(--goodwash);color:var(--good)}.pill.failed,.pill.killed{background:var(--badwash);color:var(--bad)}
.pill.running{background:var(--busywash);color:var(--busy)}.pill.interrupted,.pill.warn{background:var(--warnwash);color:var(--warn)}
.head{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;margin-bottom:12px}
.big{font-size:20px;font-weight:650;letter-spacing:-.01em}
.steps{display:grid;grid-template-columns:minmax(0,1fr) auto;grid-auto-flow:row dense;gap:2px 12px}
.step{display:contents}
.step .name{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.step .time{font-variant-numeric:tabular-nums;color:var(--soft);font-size:13px;white-space:nowrap;align-self:center}
.step .name{grid-column:1}.step .time{grid-column:2;text-align:right}.step .bar{grid-column:1/-1;margin-bottom:5px}
.bar svg{display:block;width:100%;height:10px;border-radius:3px;background:var(--wash)}
@media (min-width:720px){.steps{grid-template-columns:minmax(120px,210px) minmax(0,1fr) auto;gap:5px 14px}
.step .bar{grid-column:2;margin:0;align-self:center}.step .time{grid-column:3;text-align:right}}
.mark{display:inline-block;width:1.2em;font-weight:700}
.done .mark,.passed .mark{color:var(--good)}.failed .mark{color:var(--bad)}.running .mark{color:var(--busy)}
.kept .mark,.left .mark,.waiting .mark{color:var(--kept)}.left .name,.waiting .name{color:var(--soft)}
rect.done{fill:var(--good)}rect.failed{fill:var(--bad)}rect.running{fill:var(--busy)}rect.left{fill:var(--kept)}
rect.usual{fill:var(--soft);opacity:.28}
.slower{color:var(--bad)}.faster{color:var(--good)}
details{border-top:1px solid var(--line);padding:8px 0}details:first-of-type{border-top:0}
summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}summary::before{content:"▸";color:var(--soft);width:.8em}
details[open]>summary::before{content:"▾"}
details>div{padding:10px 0 6px}
pre{margin:6px 0 12px;padding:10px 12px;background:var(--wash);border-radius:8px;white-space:pre-wrap;max-height:420px;overflow-y:auto}
.trouble{border-left:3px solid var(--bad);padding-left:12px;margin:12px 0}
table{border-collapse:collapse;width:100%}th{font-weight:600;text-align:left;color:var(--soft);font-size:13px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
ul{margin:4px 0;padding-left:20px}
.history svg{display:block;width:100%;height:64px;overflow:visible}
.map svg{display:block;margin:0 auto;max-width:100%;height:auto}
.map text{fill:var(--ink);font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.map text.sub{fill:var(--soft);font-size:12px}
.map .module{fill:var(--busywash);stroke:var(--busy)}.map .library{fill:var(--card);stroke:var(--busy);stroke-dasharray:4 3}
.map .service{fill:var(--wash);stroke:var(--soft)}.map path{fill:none;stroke:var(--soft);stroke-width:1.4}
.map path.needs{stroke-dasharray:2 4}.map path.imports{stroke:var(--busy);stroke-dasharray:6 4}
.map marker path{fill:var(--soft);stroke:none}.map marker .imports{fill:var(--busy)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin-top:10px}
footer{color:var(--soft);font-size:13px;text-align:center}
@media (max-width:520px){main{padding:16px 10px 32px}section{padding:14px}.right{margin-left:0}.wide{display:none}
thead{display:none}tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}
td{display:inline;border:0;padding:0 8px 0 0}td:last-child{display:block}}
`;
