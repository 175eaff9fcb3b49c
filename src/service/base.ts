import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { call } from '../aws/call.ts';
import { describeTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import { placeOf } from '../aws/place.ts';
import { Failure } from '../process/failure.ts';
import { calling, type Run } from '../run/run.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { classify, loadFile } from '../task-definition/load.ts';
import { originOf } from '../task-definition/provenance.ts';
import { isJsonObject, type JsonObject, objectIn } from '../text/json.ts';
import { familyOf, nameOf } from '../text/words.ts';
import type { ServiceState } from './describe.ts';

/** What a service's next task definition starts from. */
export interface Base {
  readonly document: TaskDefinitionDocument;
  /** The revision that the document is; undefined for a file. */
  readonly arn: string | undefined;
  /** It was deregistered, and can't be deployed (documented). */
  readonly isInactive: boolean;
  /** The family's newest revision, where it is newer than what the service runs; of a file it is not asked. */
  readonly newer: Newer | undefined;
}

interface Newer {
  readonly arn: string;
  /** The workflow run of this action that registered it, by its provenance tag; undefined for anybody else's. */
  readonly run: string | undefined;
  /** The principal that registered it, as ECS shows it. */
  readonly registeredBy: string | undefined;
}

/**
 * Reads the task definition to start from: what the input names, else what the service runs.
 *
 * @param options.looksForNewer whether the family's newest revision is asked for beside what runs: a call for each
 *   service, which of many would wait for ECS's rate
 * @throws Failure task-definition-missing, task-definition-unreadable, task-definition-invalid
 */
export async function readBase(
  asked: string | undefined,
  run: Run,
  seen: ServiceState,
  { looksForNewer }: { readonly looksForNewer: boolean },
): Promise<Base> {
  if (asked === undefined) {
    return {
      document: seen.taskDefinition,
      arn: seen.taskDefinitionArn,
      isInactive: seen.isInactive,
      newer: looksForNewer ? await readNewer(run, seen) : undefined,
    };
  }
  const isFile = (path: string): boolean => {
    const full = resolve(run.workspace, path);
    return existsSync(full) && statSync(full).isFile();
  };
  const source = classify(asked, isFile);
  if (source.kind === 'file') {
    const document = await loadFile(source.path, run.workspace);
    return { document, arn: undefined, isInactive: false, newer: undefined };
  }
  const { reference } = source;
  const described = await describe(run, reference).catch(async (error: unknown) => {
    if (kindOf(error) !== 'refused') throw error;
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `There is no task definition ${reference} (${await placeOf(run.aws)}), and no file of that name.`,
      advice:
        'Check the input task-definition: it takes a file of the checkout, a family, family:revision or an ARN.',
      cause: error,
    });
  });
  return {
    document: fromDescribed(described),
    arn: arnOf(described.taskDefinition),
    isInactive: objectIn(described.taskDefinition).status !== 'ACTIVE',
    newer: newerThan(seen.taskDefinitionArn, described),
  };
}

/** Terraform and others register revisions that a service does not run yet; which one is used is then worth a word. */
async function readNewer(run: Run, { taskDefinitionArn }: ServiceState): Promise<Newer | undefined> {
  try {
    return newerThan(taskDefinitionArn, await describe(run, familyOf(taskDefinitionArn)));
  } catch {
    // Only a notice hangs on it; a family without an ACTIVE revision is refused too.
    return undefined;
  }
}

/** Revisions of one family are numbered upwards (documented); those of another family do not compare. */
function newerThan(runningArn: string, described: JsonObject): Newer | undefined {
  const { taskDefinition } = described;
  const arn = arnOf(taskDefinition);
  if (arn === undefined) return undefined;
  const [family, revision] = nameOf(arn).split(':');
  const [runningFamily, runningRevision] = nameOf(runningArn).split(':');
  if (family !== runningFamily || Number(revision) <= Number(runningRevision)) return undefined;
  const registeredBy = isJsonObject(taskDefinition) ? taskDefinition.registeredBy : undefined;
  return {
    arn,
    run: originOf(fromDescribed(described)).run,
    registeredBy: typeof registeredBy === 'string' ? registeredBy : undefined,
  };
}

function describe(run: Run, reference: string): Promise<JsonObject> {
  return call(calling(run), 'ecs:DescribeTaskDefinition', (over) =>
    describeTaskDefinition(run.aws.ecs, reference, over),
  );
}

/** The ARN of a task definition as ECS describes it. */
export function arnOf(taskDefinition: unknown): string | undefined {
  const arn = isJsonObject(taskDefinition) ? taskDefinition.taskDefinitionArn : undefined;
  return typeof arn === 'string' ? arn : undefined;
}
