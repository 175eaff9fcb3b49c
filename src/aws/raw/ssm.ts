import { type Json, listIn, objectIn, wordIn } from '../../text/json.ts';
import type { Aws } from '../clients.ts';
import { askRaw } from './ask.ts';

/** What GetParameters answers, values left out. */
export interface Parameters {
  readonly found: readonly {
    readonly name: string;
    readonly arn: string;
    /** The requested version or label, with its colon; empty without one. */
    readonly selector: string;
  }[];
  /** The names that SSM does not have. */
  readonly invalid: readonly string[];
}

/**
 * Asks for parameters without decrypting their values.
 *
 * @param names ten at most (documented)
 * @param region undefined: the client's
 * @throws Error as errors.ts sorts it
 */
export async function getParameters(
  aws: Aws,
  names: readonly string[],
  region: string | undefined,
  abortSignal: AbortSignal,
): Promise<Parameters> {
  const request = {
    service: 'ssm' as const,
    region,
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameters' },
    body: JSON.stringify({ Names: names, WithDecryption: false }),
  };
  const { body } = await askRaw(aws, request, abortSignal);
  return readParameters(JSON.parse(body) as Json);
}

/** Pure. */
export function readParameters(answer: Json | undefined): Parameters {
  const { Parameters: found, InvalidParameters: invalid } = objectIn(answer);
  return {
    found: listIn(found)
      .map(objectIn)
      .map(({ Name: name, ARN: arn, Selector: selector }) => ({
        name: wordIn(name),
        arn: wordIn(arn),
        selector: wordIn(selector),
      })),
    invalid: listIn(invalid).filter((name) => typeof name === 'string'),
  };
}
