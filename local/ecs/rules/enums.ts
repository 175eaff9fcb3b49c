import { documentOf, documentsOf, textOf } from '../../server/members.ts';
import type { Document } from '../../server/operation.ts';
import { clientError } from './refusals.ts';

/** Refuses words that AWS's model of ECS does not have (the text is ours). */
export function checkEnums(document: Document, containers: readonly Document[]): void {
  for (const container of containers) {
    for (const mapping of documentsOf(container, 'portMappings')) {
      checkWord(mapping, 'protocol', ['tcp', 'udp']);
      checkWord(mapping, 'appProtocol', ['http', 'http2', 'grpc']);
    }
    for (const file of documentsOf(container, 'environmentFiles')) checkWord(file, 'type', ['s3']);
    for (const other of documentsOf(container, 'dependsOn')) checkWord(other, 'condition', conditions);
    checkWord(container, 'versionConsistency', ['enabled', 'disabled']);
    checkWord(documentOf(container, 'firelensConfiguration'), 'type', ['fluentd', 'fluentbit']);
  }
  for (const volume of documentsOf(document, 'volumes')) {
    const efs = documentOf(volume, 'efsVolumeConfiguration');
    checkWord(efs, 'transitEncryption', switches);
    checkWord(documentOf(efs, 'authorizationConfig'), 'iam', switches);
  }
  checkWord(document, 'networkMode', ['bridge', 'host', 'awsvpc', 'none']);
  checkWord(documentOf(document, 'runtimePlatform'), 'cpuArchitecture', ['X86_64', 'ARM64']);
}

function checkWord(object: Document | undefined, member: string, known: readonly string[]): void {
  const word = textOf(object, member);
  if (word === undefined || known.includes(word)) return;
  throw clientError(
    `Value '${word}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(', ')}]`,
  );
}

const switches = ['ENABLED', 'DISABLED'];
const conditions = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'];
