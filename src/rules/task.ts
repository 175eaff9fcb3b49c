import { listIn, numberIn, objectIn, wordIn } from '../aws/json.ts';
import { containersOf, platformOf, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { isEmpty } from './empty.ts';
import type { Rule } from './rule.ts';

/** What Fargate demands of the task as a whole (documented unless it is said otherwise). */
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
    name: 'requires-compatibilities',
    check: ({ requiresCompatibilities }) =>
      listIn(requiresCompatibilities).includes('FARGATE')
        ? []
        : [
            {
              place: 'requiresCompatibilities',
              message:
                'requiresCompatibilities does not name FARGATE, so that no Fargate service can run it.',
              fix: 'Set requiresCompatibilities to ["FARGATE"].',
            },
          ],
  },
  {
    name: 'platform',
    check: (document) => {
      const { cpuArchitecture, operatingSystemFamily } = objectIn(document.runtimePlatform);
      const isWindows = platformOf(document) === 'windows/amd64';
      if (isWindows && cpuArchitecture !== undefined && cpuArchitecture !== 'X86_64') {
        return [
          {
            place: 'runtimePlatform.cpuArchitecture',
            message: `cpuArchitecture is ${JSON.stringify(cpuArchitecture)}; Windows on Fargate has X86_64 only.`,
            fix: 'Set cpuArchitecture to X86_64, or operatingSystemFamily to LINUX.',
          },
        ];
      }
      const architectures = ['X86_64', 'ARM64', undefined, null];
      const systems = ['LINUX', ...windows, undefined, null];
      return [
        ...(architectures.includes(cpuArchitecture as string)
          ? []
          : [
              {
                severity: 'warning' as const,
                place: 'runtimePlatform.cpuArchitecture',
                message: `cpuArchitecture is ${JSON.stringify(cpuArchitecture)}, which this action does not know; Fargate has X86_64 and ARM64.`,
              },
            ]),
        ...(systems.includes(operatingSystemFamily as string)
          ? []
          : [
              {
                severity: 'warning' as const,
                place: 'runtimePlatform.operatingSystemFamily',
                message: `operatingSystemFamily is ${JSON.stringify(operatingSystemFamily)}; documented for Fargate are LINUX and ${windows.join(', ')}.`,
              },
            ]),
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
    name: 'document-size',
    check: (document) => {
      const bytes = Buffer.byteLength(JSON.stringify(document));
      return bytes <= 65_536
        ? []
        : [
            {
              place: '',
              message: `The task definition has ${bytes} bytes; ECS takes 65536.`,
              fix: 'Move variables to files in S3 (env-files) or to the Parameter Store.',
            },
          ];
    },
  },
  {
    name: 'tags',
    check: ({ tags }) => {
      const list = listIn(tags).map(objectIn);
      const tooMany = list.length > 50;
      return [
        ...(tooMany
          ? [{ place: 'tags', message: `There are ${list.length} tags; ECS takes 50.`, fix: 'Remove some.' }]
          : []),
        ...list.flatMap(({ key, value }) =>
          wordIn(key).length <= 128 && wordIn(value).length <= 256
            ? []
            : [
                {
                  place: `tags[${wordIn(key).slice(0, 40)}]`,
                  message: 'A tag has a key of up to 128 characters and a value of up to 256.',
                  fix: 'Shorten it.',
                },
              ],
        ),
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
