import { isJsonArray, isJsonObject, type Json } from '../text/json.ts';
import type { TaskDefinitionDocument } from './document.ts';

/** The provenance tags of a revision: `rollback` finds versions by them, and a history links to what they name. */
export interface Origin {
  /** The full SHA of the commit that the image was built from. */
  readonly commit: string | undefined;
  /** The address of the workflow run that registered the revision. */
  readonly run: string | undefined;
  /** `owner/name`. */
  readonly repository: string | undefined;
}

export const noOrigin: Origin = { commit: undefined, run: undefined, repository: undefined };

const provenanceTags: Readonly<Record<keyof Origin, string>> = {
  commit: 'fargate-deploy:commit',
  run: 'fargate-deploy:run',
  repository: 'fargate-deploy:repository',
};

const provenanceKeys: ReadonlySet<string> = new Set(Object.values(provenanceTags));

/** Whether a tag is one of ours: two revisions that differ in nothing else say the same. */
export function isProvenanceTag(key: string): boolean {
  return provenanceKeys.has(key);
}

/** The run and its repository, from the variables that a runner sets; nothing outside a workflow. */
export function originOfRun(environment: NodeJS.ProcessEnv): Omit<Origin, 'commit'> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = environment;
  return {
    repository: repository || undefined,
    run: server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined,
  };
}

/** Reads the provenance tags of a revision. Anybody with the permission can write them: they are hints, not proof. */
export function originOf(document: TaskDefinitionDocument): Origin {
  const tags = new Map(
    tagsOf(document).map((tag) => (isJsonObject(tag) ? [tag.key, tag.value] : [undefined, undefined])),
  );
  const read = (name: keyof Origin): string | undefined => {
    const value = tags.get(provenanceTags[name]);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { commit: read('commit'), run: read('run'), repository: read('repository') };
}

/**
 * The document with these provenance tags in place of older ones. Values that ECS would refuse are left out, and a document that
 * has no room for all of them gets none: at most 50 tags (documented).
 */
export function withOrigin(document: TaskDefinitionDocument, origin: Origin): TaskDefinitionDocument {
  const others = tagsOf(document).filter(
    (tag) => !(isJsonObject(tag) && typeof tag.key === 'string' && isProvenanceTag(tag.key)),
  );
  const own = Object.entries(provenanceTags).flatMap(([name, key]) => {
    const value = origin[name as keyof Origin];
    return value !== undefined && /^[\p{L}\p{N} +=._:/@-]{1,256}$/u.test(value) ? [{ key, value }] : [];
  });
  const { tags: _tags, ...rest } = document;
  const tags = others.length + own.length > 50 ? others : [...others, ...own];
  return tags.length === 0 ? rest : { ...rest, tags };
}

function tagsOf({ tags }: TaskDefinitionDocument): readonly Json[] {
  return isJsonArray(tags) ? tags : [];
}
