import { devNull } from 'node:os';

/** Marks the docker commands that run before the run has a configuration of its own. */
export const markVariable = 'FARGATE_DEPLOY_MARK';

/** What a program is started for. */
export type Child =
  /** Reads objects of a repository. */
  | { readonly kind: 'git' }
  /** A question to Docker, or its work. */
  | ({ readonly kind: 'docker' } & DockerNeeds);

/** What a docker command needs beyond the variables of Docker itself. */
export interface DockerNeeds {
  /** Variables that an input names: their values go into the build. */
  readonly variables?: readonly string[];
  /** The caches of a build, as `--cache-from` and `--cache-to` take them. */
  readonly caches?: readonly string[];
  /** The credential helpers of the Docker configuration, `ecr-login` for `docker-credential-ecr-login`. */
  readonly helpers?: readonly string[];
}

/**
 * The environment of a program that we start: what this program takes, and nothing else of the job's. The job has AWS
 * keys, inputs of steps and GitHub's tokens in its environment; whatever such a program starts or prints, it has none of
 * them unless the build can't do without.
 *
 * @param job the environment of the job; names count in any case, as on Windows
 */
export function environmentFor(job: NodeJS.ProcessEnv, child: Child): NodeJS.ProcessEnv {
  const { names, also } =
    child.kind === 'git'
      ? { names: system, also: [] }
      : { names: ofDocker(child), also: child.variables ?? [] };
  const passed = Object.entries(job).filter(
    ([name]) => names.test(name.toUpperCase()) || also.includes(name),
  );
  const own = child.kind === 'git' ? gitVariables : gitConfig(guards);
  return { ...Object.fromEntries(passed), ...own };
}

/** What any program needs to start, find its files and write its texts. */
const systemNames = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TMP',
  'TEMP',
  'LANG',
  'LANGUAGE',
  'LC_\\w+',
  'TZ',
  // Windows' own.
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'OS',
  'COMPUTERNAME',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_\\w+',
  'USERNAME',
  'USERDOMAIN',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'ALLUSERSPROFILE',
  'PROGRAMDATA',
  'PROGRAMFILES(\\(X86\\))?',
  'PROGRAMW6432',
];

const dockerNames = [
  ...systemNames,
  'DOCKER_\\w+',
  'BUILDX_\\w+',
  'BUILDKIT_\\w+',
  // A policy for the sources of a build, which buildx reads.
  'EXPERIMENTAL_BUILDKIT_\\w+',
  'SOURCE_DATE_EPOCH',
  'XDG_\\w+',
  '(HTTPS?|FTP|ALL|NO)_PROXY',
  'SSL_CERT_(FILE|DIR)',
  // An engine or a builder that is reached by SSH; the input `ssh`.
  'SSH_AUTH_SOCK',
  // A builder in Kubernetes.
  'KUBECONFIG',
  'KUBERNETES_SERVICE_(HOST|PORT)',
  markVariable,
];

const system = namesOf(systemNames);

function ofDocker({ caches = [], helpers = [] }: DockerNeeds): RegExp {
  return namesOf([
    ...dockerNames,
    ...(caches.some((cache) => /(^|,)type=gha(,|$)/.test(cache)) ? ghaNames : []),
    ...(caches.some((cache) => /(^|,)type=s3(,|$)/.test(cache)) ? ['AWS_\\w+'] : []),
    ...helpers.flatMap((helper) => helperNames[helper] ?? ['AWS_\\w+']),
  ]);
}

/** What buildx reads for a cache of type gha (documented). The tokens for an identity are no part of it. */
const ghaNames = ['ACTIONS_CACHE_\\w+', 'ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_(TOKEN|URL)'];

/** What credential helpers read; one that is not known may be a wrapper around that for ECR. */
const helperNames: Readonly<Record<string, readonly string[]>> = {
  desktop: [],
  osxkeychain: [],
  wincred: [],
  secretservice: ['DBUS_SESSION_BUS_ADDRESS'],
  pass: ['PASSWORD_STORE_\\w+', 'GNUPGHOME', 'GPG_TTY'],
  gcloud: ['CLOUDSDK_\\w+', 'GOOGLE_\\w+'],
  gcr: ['CLOUDSDK_\\w+', 'GOOGLE_\\w+'],
  'acr-env': ['AZURE_\\w+'],
  'acr-login': ['AZURE_\\w+'],
};

function namesOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(${patterns.join('|')})$`);
}

/**
 * What git is told wherever it runs, by us or by buildx and plain Docker, which ask it about a context: a folder that
 * looks like a bare repository isn't taken for one, and no setting of a repository starts a program.
 */
const guards: Readonly<Record<string, string>> = {
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': 'false',
  'core.hooksPath': devNull,
  'log.showSignature': 'false',
};

/**
 * Git as we ask it: it reads objects and nothing else. A clone that lacks some could fetch them, from an address and by
 * a program that its configuration names: no protocol is allowed.
 */
const gitVariables: Readonly<Record<string, string>> = {
  ...gitConfig({ ...guards, 'protocol.allow': 'never' }),
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  LC_ALL: 'C',
};

/** Settings for git by its environment, which win over those of files (from git 2.31 on). */
function gitConfig(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length / 2), ...Object.fromEntries(pairs) };
}
