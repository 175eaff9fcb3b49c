import { call } from '../aws/call.ts';
import { checkRegion } from '../aws/clients.ts';
import { registerTaskDefinition } from '../aws/document.ts';
import type { Change } from '../change/change.ts';
import { lineOf, refuseProblems } from '../change/checks.ts';
import type { TaskDefinitionChange } from '../change/task-definition.ts';
import { cancelledFailure } from '../failure.ts';
import type { ProvidedImage } from '../image/provide.ts';
import type { Inputs } from '../inputs.ts';
import type { ServiceOutcome } from '../rollout/outcome.ts';
import { createReader, type Reader } from '../rollout/reader.ts';
import { nameOf } from '../rollout/sentence.ts';
import { createTargetHealthReader } from '../rollout/target-health.ts';
import { calling, type Run } from '../run.ts';
import { look, type ServiceSeen } from '../service/look.ts';
import { arnOf } from '../task-definition/base.ts';
import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { decide, decideWith } from './decide.ts';
import { awaitInFlight } from './in-flight.ts';
import { rollOut } from './roll-out.ts';
import { tellSeen } from './tell-seen.ts';
import { warnOfLostImages } from './way-back-image.ts';

/** What a deploy did. */
export interface Deployed {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
}

/**
 * Takes the checkout (or an image that exists) to a healthy service: look, decide, build and push, register, update,
 * follow, and take the way back when it fails. One image serves all services of the run.
 *
 * @throws Failure for everything that is found out before a service is touched
 */
export async function deploy(inputs: Inputs, run: Run): Promise<Deployed> {
  const { aws } = run;
  await checkRegion(aws);
  const reader = createReader(aws.ecs, run.clock);
  const lookAndWait = async (): Promise<readonly ServiceSeen[]> =>
    awaitInFlight(inputs, run, reader, await look(aws.ecs, calling(run), inputs.cluster, inputs.services));
  const before = await lookAndWait();
  tellSeen(run, before);

  const { change, build, tag } = await decide(inputs, run, before);
  stopIfCancelled(run);
  sayFindings(run, change);
  await tag?.();
  if (build === undefined) return apply(change, inputs, run, reader);
  const image = await build();
  stopIfCancelled(run);
  // A build takes minutes, in which others may have deployed: what runs now is what is changed, and the way back.
  return apply(await decideWith(image, inputs, run, await lookAndWait()), inputs, run, reader);
}

/** Tells what is worth knowing, and refuses what can't work. */
function sayFindings({ log }: Run, { services }: Change): void {
  const all = services.flatMap(({ seen, findings }) =>
    findings.map((finding) => ({ service: seen.name, finding })),
  );
  for (const { finding } of all) {
    if (finding.severity === 'warning') log.warning(lineOf(finding));
    if (finding.severity === 'notice') log.notice(lineOf(finding));
  }
  refuseProblems(all);
}

/** Does what was decided: registers, updates and follows. */
async function apply(change: Change, inputs: Inputs, run: Run, reader: Reader): Promise<Deployed> {
  const { image, services } = change;
  if (image.kind === 'there') run.log.say(`image ${image.uri}`);
  const registrar = createRegistrar(run);
  const [arns] = await Promise.all([
    Promise.all(services.map(({ taskDefinition }) => registrar(taskDefinition))),
    ...services.map(({ seen, update }) =>
      update.kind === 'update' ? warnOfLostImages(run, seen) : undefined,
    ),
  ]);
  stopIfCancelled(run);
  const targetHealth = createTargetHealthReader(run.aws);
  const outcomes = await Promise.all(
    services.map(({ seen, taskDefinition, update }, index) =>
      rollOut({
        run,
        inputs,
        reader,
        targetHealth,
        seen,
        taskDefinition: taskDefinition.document,
        taskDefinitionArn: arns[index] ?? '',
        change: update,
        say: (line) => run.log.say(services.length === 1 ? line : `[${seen.name}] ${line}`),
      }),
    ),
  );
  return { outcomes, image: image.kind === 'there' ? image : undefined };
}

/** Registers what has to be, and equal documents once. @returns the revision's ARN */
function createRegistrar(run: Run): (change: TaskDefinitionChange) => Promise<string> {
  const registrations = new Map<string, Promise<string>>();
  return (change) => {
    if (change.kind === 'same') return Promise.resolve(change.arn);
    const key = JSON.stringify(change.document);
    const registration = registrations.get(key) ?? register(run, change.document);
    registrations.set(key, registration);
    return registration;
  };
}

/** ECS registers one revision a second for an account (documented): a throttled call waits its turn, up to 3 minutes. */
async function register(run: Run, document: TaskDefinitionDocument): Promise<string> {
  const reply = await call(
    calling(run),
    'ecs:RegisterTaskDefinition',
    () => registerTaskDefinition(run.aws.ecs, document),
    180,
  );
  const arn = arnOf(reply.taskDefinition);
  if (arn === undefined) throw new Error('ECS registered a task definition but did not tell its ARN');
  run.log.say(`registered ${nameOf(arn)}`);
  return arn;
}

function stopIfCancelled({ signal }: Run): void {
  if (signal.aborted) throw cancelledFailure();
}
