import { containersOf, platformOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type Json, listIn, numberIn, objectIn, wordIn } from '../../text/json.ts';
import { severityOf } from './enum-values.ts';
import { isEmpty, type Rule, type Violation } from './rule.ts';

/** Fargate's rules for the task as a whole (documented unless a comment says otherwise). */
export const taskRules: readonly Rule<TaskDefinitionDocument>[] = [
  {
    name: 'family',
    check: ({ family }) =>
      /^[A-Za-z0-9_-]{1,255}$/.test(wordIn(family))
        ? []
        : [
            {
              place: 'family',
              message: `family is ${JSON.stringify(family ?? null)}; it has up to 255 letters, digits, hyphens and underscores.`,
              fix: 'Name the family, or set the input family.',
            },
          ],
  },
  {
    // ECS says: "Fargate only supports network mode 'awsvpc'."
    name: 'network-mode',
    check: ({ networkMode }) =>
      networkMode === 'awsvpc'
        ? []
        : [
            {
              place: 'networkMode',
              message: `networkMode is ${JSON.stringify(networkMode ?? null)}; Fargate has awsvpc only.`,
              fix: 'Set networkMode to awsvpc. Each task gets an address of its own: target groups need the target type ip, and containers of one task reach each other by localhost.',
            },
          ],
  },
  {
    // It says what ECS checks when it registers. Without it, ECS finds out by itself what the revision can run on
    // (`compatibilities`, documented); whether it does so for a list without FARGATE is not known.
    name: 'requires-compatibilities',
    check: ({ requiresCompatibilities }) =>
      isEmpty(requiresCompatibilities) || listIn(requiresCompatibilities).includes('FARGATE')
        ? []
        : [
            {
              severity: 'warning',
              place: 'requiresCompatibilities',
              message: `requiresCompatibilities is ${JSON.stringify(requiresCompatibilities)}, without FARGATE: ECS may refuse to run it on Fargate.`,
              fix: 'Set requiresCompatibilities to ["FARGATE"].',
            },
          ],
  },
  {
    name: 'platform',
    check: (document) => {
      const { cpuArchitecture, operatingSystemFamily } = objectIn(document.runtimePlatform);
      const isWindows = platformOf(document) === 'windows/amd64';
      if (isWindows && !isEmpty(cpuArchitecture) && cpuArchitecture !== 'X86_64') {
        return [
          {
            place: 'runtimePlatform.cpuArchitecture',
            message: `cpuArchitecture is ${JSON.stringify(cpuArchitecture)}; Windows on Fargate has X86_64 only.`,
            fix: 'Set cpuArchitecture to X86_64, or operatingSystemFamily to LINUX.',
          },
        ];
      }
      const unknown = (
        member: string,
        value: Json | undefined,
        known: readonly string[],
      ): readonly Violation[] => {
        const severity = isEmpty(value) ? undefined : severityOf(value, known);
        if (severity === undefined) return [];
        const message = `${member} is ${JSON.stringify(value)}; documented for Fargate are ${known.join(', ')}.`;
        return [{ severity, place: `runtimePlatform.${member}`, message }];
      };
      return [
        ...unknown('cpuArchitecture', cpuArchitecture, ['X86_64', 'ARM64']),
        ...unknown('operatingSystemFamily', operatingSystemFamily, ['LINUX', ...windows]),
      ];
    },
  },
  {
    // The texts of ECS are known from users: at least 21, at most 200. 20 GiB are there without asking.
    name: 'ephemeral-storage',
    check: ({ ephemeralStorage }) => {
      const size = numberIn(objectIn(ephemeralStorage).sizeInGiB);
      if (size === undefined || (size >= 21 && size <= 200)) return [];
      return [
        {
          place: 'ephemeralStorage.sizeInGiB',
          message: `sizeInGiB is ${size}; Fargate takes 21 to 200.`,
          fix: size < 21 ? 'Leave ephemeralStorage out: 20 GiB are there anyway.' : 'Set it to 200.',
        },
      ];
    },
  },
  {
    name: 'pid-mode',
    check: ({ pidMode }) =>
      isEmpty(pidMode) || pidMode === 'task'
        ? []
        : [
            {
              place: 'pidMode',
              message: `pidMode is ${JSON.stringify(pidMode)}; Fargate has task only.`,
              fix: 'Leave pidMode out, or set it to task.',
            },
          ],
  },
  {
    name: 'container-count',
    check: (document) => {
      const count = containersOf(document).length;
      if (count >= 1 && count <= 10) return [];
      return [
        {
          place: 'containerDefinitions',
          message: `There are ${count} containers; a task definition has 1 to 10.`,
          fix: count === 0 ? 'Describe a container.' : 'Divide them into several services.',
        },
      ];
    },
  },
  {
    name: 'essential',
    check: (document) => {
      const containers = containersOf(document);
      if (containers.length === 0 || containers.some(({ essential }) => essential !== false)) return [];
      return [
        {
          place: 'containerDefinitions',
          message: 'No container is essential; a task needs one at least.',
          fix: 'Leave essential out, or set it to true, for the container that is the service.',
        },
      ];
    },
  },
  {
    // Documented as 64 KB, but not how ECS counts: refused is what is too large however it does (characters, no tags).
    name: 'document-size',
    check: ({ tags: _tags, ...document }) => {
      const text = JSON.stringify(document);
      const bytes = Buffer.byteLength(text);
      return bytes <= 65_536
        ? []
        : [
            {
              severity: text.length > 65_536 ? 'problem' : 'warning',
              place: '',
              message: `The task definition has ${bytes} bytes; ECS takes 65536.`,
              fix: 'Move variables to files in S3 (env-files) or to the Parameter Store.',
            },
          ];
    },
  },
];

/** Documented for Fargate; ECS knows more families. */
const windows = [
  'WINDOWS_SERVER_2019_FULL',
  'WINDOWS_SERVER_2019_CORE',
  'WINDOWS_SERVER_2022_FULL',
  'WINDOWS_SERVER_2022_CORE',
];
