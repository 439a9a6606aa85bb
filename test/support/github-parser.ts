import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Parser from '@actions/workflow-parser';
import { build } from 'esbuild';

/** GitHub's own parser of workflows. It imports JSON in a way that only bundlers know. */
async function load(): Promise<typeof Parser> {
  const folder = mkdtempSync(join(tmpdir(), 'github-parser-'));
  const outfile = join(folder, 'parser.cjs');
  await build({
    ...{ entryPoints: ['@actions/workflow-parser'], absWorkingDir: import.meta.dirname, outfile },
    ...{ bundle: true, format: 'cjs', platform: 'node' },
  });
  const parser = createRequire(import.meta.url)(outfile) as typeof Parser;
  rmSync(folder, { recursive: true });
  return parser;
}

const parser = load();

/** What it finds wrong in a workflow, and the commands of the first job. */
export async function readWorkflow(
  text: string,
): Promise<{ readonly errors: readonly string[]; readonly commands: readonly string[] }> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await parser;
  const parsed = parseWorkflow({ name: 'ci.yml', content: text }, new NoOperationTraceWriter());
  const errors = (): readonly string[] =>
    parsed.context.errors.getErrors().map(({ message }) => message);
  if (parsed.value === undefined || errors().length > 0) return { errors: errors(), commands: [] };
  const { jobs } = await convertWorkflowTemplate(parsed.context, parsed.value);
  const [job] = jobs;
  const steps = job?.type === 'job' ? job.steps : [];
  return {
    errors: errors(),
    commands: steps.flatMap((step) => ('run' in step ? [step.run.toDisplayString()] : [])),
  };
}
