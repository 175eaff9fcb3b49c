/**
 * Task definitions as people write them, each by its shape: what tools print and what hands write. Texts, since the
 * format is a part of it; those with `yml` are YAML.
 */
export const taskDefinitions: Readonly<
  Record<string, { readonly text: string; readonly format: 'json' | 'yml' }>
> = {
  'the least that works': json({ family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx' }] }),
  'a web service on Fargate': json(
    fargate([
      {
        name: 'web',
        image: ecr('web'),
        portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
        logConfiguration: awslogs('web'),
      },
    ]),
  ),
  'with every member null or empty, as the old console had it': json(
    fargate(
      [
        {
          dnsSearchDomains: null,
          environmentFiles: null,
          logConfiguration: null,
          entryPoint: null,
          portMappings: [],
          command: null,
          linuxParameters: null,
          cpu: 0,
          environment: [],
          resourceRequirements: null,
          ulimits: null,
          dnsServers: null,
          mountPoints: [],
          workingDirectory: null,
          secrets: null,
          dockerSecurityOptions: null,
          memory: null,
          memoryReservation: null,
          volumesFrom: [],
          stopTimeout: null,
          image: 'httpd:2.4',
          startTimeout: null,
          firelensConfiguration: null,
          dependsOn: null,
          disableNetworking: null,
          interactive: null,
          healthCheck: null,
          essential: true,
          links: null,
          hostname: null,
          extraHosts: null,
          pseudoTerminal: null,
          user: null,
          readonlyRootFilesystem: null,
          dockerLabels: null,
          systemControls: null,
          privileged: null,
          name: 'site',
        },
      ],
      {
        pidMode: null,
        ipcMode: null,
        proxyConfiguration: null,
        inferenceAccelerators: null,
        placementConstraints: [],
        volumes: [],
        tags: [],
      },
    ),
  ),
  'as describe-task-definition prints it, with what only ECS writes': json({
    taskDefinition: {
      ...fargate([
        {
          name: 'api',
          image: ecr('api'),
          cpu: 0,
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
          essential: true,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
        },
      ]),
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/api:41',
      revision: 41,
      status: 'ACTIVE',
      volumes: [],
      placementConstraints: [],
      compatibilities: ['EC2', 'FARGATE'],
      requiresAttributes: [{ name: 'ecs.capability.execution-role-ecr-pull' }],
      registeredAt: '2026-02-03T04:05:06.789000+01:00',
      registeredBy: 'arn:aws:iam::123456789012:user/somebody',
    },
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'aws:cloudformation:stack-name', value: 'shop' },
    ],
  }),
  'as the console lets one download it': json({
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7',
    ...fargate([
      {
        name: 'shop',
        image: ecr('shop'),
        cpu: 0,
        portMappings: [
          {
            name: 'shop-3000-tcp',
            containerPort: 3000,
            hostPort: 3000,
            protocol: 'tcp',
            appProtocol: 'http',
          },
        ],
        essential: true,
        logConfiguration: { ...awslogs('shop'), secretOptions: [] },
      },
    ]),
    revision: 7,
    status: 'ACTIVE',
    requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
    compatibilities: ['EC2', 'FARGATE'],
    registeredAt: '2026-01-01T00:00:00.000Z',
    registeredBy: 'arn:aws:sts::123456789012:assumed-role/admin/me',
    tags: [],
  }),
  'a place for the image that a render step fills in': json(
    fargate([{ name: 'app', image: '<IMAGE1_NAME>', essential: true }]),
  ),
  'an ARM64 task': json(
    fargate([{ name: 'app', image: ecr('app') }], {
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    }),
  ),
  'a Windows task': json(
    fargate(
      [
        {
          name: 'iis',
          image: 'mcr.microsoft.com/windows/servercore/iis',
          entryPoint: ['powershell', '-Command'],
          command: ['Start-Service W3SVC; C:\\ServiceMonitor.exe w3svc'],
        },
      ],
      { cpu: '1024', memory: '2048', runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
    ),
  ),
  'secrets with keys, versions and stages': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        secrets: [
          { name: 'DB', valueFrom: secret('db') },
          { name: 'USER', valueFrom: `${secret('db')}:username::` },
          { name: 'OLD', valueFrom: `${secret('db')}:password:AWSPREVIOUS:` },
          { name: 'KEY', valueFrom: '/app/key' },
        ],
      },
    ]),
  ),
  'files of variables': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        environmentFiles: [
          { value: 'arn:aws:s3:::config/app/base.env', type: 's3' },
          { value: 'arn:aws:s3:::config/app/prod.env', type: 's3' },
        ],
        environment: [{ name: 'EMPTY', value: '' }],
      },
    ]),
  ),
  'logs by Fluent Bit to another house': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        logConfiguration: {
          logDriver: 'awsfirelens',
          options: { Name: 'http', Host: 'logs.example.org', TLS: 'on', compress: '' },
          secretOptions: [{ name: 'apikey', valueFrom: secret('logs') }],
        },
      },
      {
        name: 'log_router',
        image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable',
        essential: true,
        user: '0',
        firelensConfiguration: {
          type: 'fluentbit',
          options: {
            'enable-ecs-log-metadata': 'true',
            'config-file-type': 'file',
            'config-file-value': '/extra.conf',
          },
        },
        memoryReservation: 50,
      },
    ]),
  ),
  'a monitoring agent beside it': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        dockerLabels: {
          'com.example.logs': '[{"source": "node", "service": "app"}]',
          'com.example/empty': '',
        },
      },
      {
        name: 'agent',
        image: 'public.ecr.aws/datadog/agent:7',
        essential: false,
        environment: [{ name: 'ECS_FARGATE', value: 'true' }],
        healthCheck: {
          command: ['CMD-SHELL', 'agent health'],
          interval: 30,
          timeout: 5,
          retries: 3,
          startPeriod: 15,
        },
      },
    ]),
  ),
  'traces by a collector, started first': json(
    fargate([
      { name: 'app', image: ecr('app'), dependsOn: [{ containerName: 'collector', condition: 'START' }] },
      {
        name: 'collector',
        image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0',
        command: ['--config=/etc/ecs/ecs-default-config.yaml'],
        essential: true,
      },
    ]),
  ),
  'a migration before the service': json(
    fargate([
      { name: 'migrate', image: ecr('app'), essential: false, command: ['bin/rails', 'db:migrate'] },
      { name: 'app', image: ecr('app'), dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }] },
    ]),
  ),
  'a proxy of a service mesh': json(
    fargate(
      [
        { name: 'app', image: ecr('app'), portMappings: [{ containerPort: 9080 }] },
        {
          name: 'envoy',
          image: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29',
          user: '1337',
          essential: true,
          ulimits: [{ name: 'nofile', hardLimit: 15000, softLimit: 15000 }],
          healthCheck: {
            command: ['CMD-SHELL', 'curl -s localhost:9901/server_info | grep state | grep -q LIVE'],
          },
        },
      ],
      {
        proxyConfiguration: {
          type: 'APPMESH',
          containerName: 'envoy',
          properties: [
            { name: 'IgnoredUID', value: '1337' },
            { name: 'ProxyIngressPort', value: '15000' },
            { name: 'AppPorts', value: '9080' },
          ],
        },
      },
    ),
  ),
  'files that stay, on EFS': json(
    fargate(
      [
        {
          name: 'wiki',
          image: 'wiki:2',
          mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: false }],
        },
      ],
      {
        volumes: [
          {
            name: 'data',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-0123',
              rootDirectory: '/',
              transitEncryption: 'ENABLED',
              transitEncryptionPort: 2999,
              authorizationConfig: { accessPointId: 'fsap-0123', iam: 'ENABLED' },
            },
          },
        ],
      },
    ),
  ),
  'a schema, and what several places share': json({
    $schema: 'https://example.org/ecs-task-definition.json',
    _comment: 'rendered by a script',
    'x-env': [{ name: 'STAGE', value: 'prod' }],
    ...fargate([
      {
        '//': 'the service itself',
        name: 'app',
        image: ecr('app'),
        environment: [{ name: 'STAGE', value: 'prod', 'x-from': 'x-env' }],
        dockerLabels: { 'x-team': 'shop', $id: '1' },
        restartPolicy: { enabled: true },
        linuxParameters: { capabilities: { drop: [] }, initProcessEnabled: false },
        versionConsistency: 'enabled',
      },
    ]),
  }),
  'an access point of EFS': json(
    fargate(
      [
        {
          name: 'wiki',
          image: 'wiki:2',
          mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
        },
      ],
      {
        volumes: [
          {
            name: 'data',
            efsVolumeConfiguration: {
              fileSystemId: 'fs-0123',
              transitEncryption: 'ENABLED',
              authorizationConfig: { accessPointId: 'fsap-0123' },
            },
          },
        ],
      },
    ),
  ),
  'a volume that is attached at launch': json(
    fargate(
      [
        {
          name: 'db',
          image: 'postgres:17',
          mountPoints: [{ sourceVolume: 'disk', containerPath: '/var/lib/postgresql/data' }],
        },
      ],
      { volumes: [{ name: 'disk', configuredAtLaunch: true }] },
    ),
  ),
  'a read-only root with places to write': json(
    fargate(
      [
        {
          name: 'app',
          image: ecr('app'),
          readonlyRootFilesystem: true,
          linuxParameters: {
            initProcessEnabled: true,
            capabilities: { drop: ['ALL'], add: [] },
            tmpfs: [{ containerPath: '/tmp', size: 64, mountOptions: ['noexec'] }],
          },
          mountPoints: [{ sourceVolume: 'scratch', containerPath: '/scratch' }],
        },
      ],
      { volumes: [{ name: 'scratch', host: {} }], ephemeralStorage: { sizeInGiB: 50 } },
    ),
  ),
  'a worker without ports, with a long goodbye': json(
    fargate([
      {
        name: 'worker',
        image: ecr('worker'),
        command: ['bundle', 'exec', 'sidekiq', '-C', 'config/sidekiq.yml'],
        stopTimeout: 120,
        startTimeout: 60,
        interactive: false,
        pseudoTerminal: false,
      },
    ]),
  ),
  'a container that is started again by itself': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        restartPolicy: { enabled: true, ignoredExitCodes: [0, 143], restartAttemptPeriod: 180 },
        versionConsistency: 'disabled',
      },
    ]),
  ),
  'ports with names, for Service Connect': json(
    fargate([
      {
        name: 'api',
        image: ecr('api'),
        portMappings: [
          { name: 'http', containerPort: 8080, appProtocol: 'http2' },
          { name: 'grpc', containerPort: 9090, appProtocol: 'grpc' },
          { containerPortRange: '7000-7010', protocol: 'udp' },
        ],
      },
    ]),
  ),
  'a private registry': json(
    fargate([
      {
        name: 'app',
        image: 'registry.example.org:5000/team/app:1.2.3',
        repositoryCredentials: { credentialsParameter: secret('registry') },
      },
    ]),
  ),
  'an image by digest': json(fargate([{ name: 'app', image: `${ecr('app')}@sha256:${'ab'.repeat(32)}` }])),
  'kernel parameters': json(
    fargate([
      {
        name: 'redis',
        image: 'redis:7',
        systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
        ulimits: [
          { name: 'nofile', softLimit: 65_536, hardLimit: 65_536 },
          { name: 'core', softLimit: 0, hardLimit: 0 },
        ],
      },
    ]),
  ),
  'containers that share processes, and faults on purpose': json(
    fargate([{ name: 'app', image: ecr('app') }], { pidMode: 'task', enableFaultInjection: true }),
  ),
  'sizes in words': json(
    fargate([{ name: 'app', image: ecr('app'), cpu: 512, memory: 1024, memoryReservation: 512 }], {
      cpu: '.5 vCPU',
      memory: '1 GB',
    }),
  ),
  'sizes as numbers': json(fargate([{ name: 'app', image: ecr('app') }], { cpu: 256, memory: 512 })),
  'a directory of Windows': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        credentialSpecs: ['credentialspecdomainless:arn:aws:s3:::specs/app.json'],
      },
    ]),
  ),
  Splunk: json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'https://splunk.example.org:8088', 'splunk-format': 'inline' },
          secretOptions: [{ name: 'splunk-token', valueFrom: secret('splunk') }],
        },
      },
    ]),
  ),
  'a command with empty words and a health check with quotes': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        entryPoint: [''],
        command: ['sh', '-c', '', 'echo "a  b" && exec node .'],
        healthCheck: {
          command: ['CMD-SHELL', `wget -qO- 'http://localhost:8080/health?x=1&y="2"' || exit 1`],
        },
      },
    ]),
  ),
  'texts of all the world': json(
    fargate([
      {
        name: 'app',
        image: ecr('app'),
        environment: [
          { name: 'GREETING', value: 'Grüß Gott, 世界 👋' },
          { name: 'LINES', value: 'a\nb\r\n\tc' },
          { name: 'ESCAPED', value: '\\n \u0000 "' },
        ],
      },
    ]),
  ),
  'written for EC2': json({
    family: 'legacy',
    networkMode: 'bridge',
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ t3.*' }],
    volumes: [
      { name: 'sock', host: { sourcePath: '/var/run/docker.sock' } },
      {
        name: 'nfs',
        dockerVolumeConfiguration: {
          scope: 'shared',
          autoprovision: true,
          driver: 'rexray/ebs',
          driverOpts: { size: '5' },
          labels: {},
        },
      },
    ],
    containerDefinitions: [
      {
        name: 'web',
        image: 'nginx',
        memory: 256,
        links: ['db:db'],
        portMappings: [{ containerPort: 80, hostPort: 0 }],
        extraHosts: [{ hostname: 'x', ipAddress: '10.0.0.1' }],
      },
      {
        name: 'db',
        image: 'mysql:8',
        memory: 512,
        privileged: true,
        hostname: 'db',
        dnsServers: ['10.0.0.2'],
        dockerSecurityOptions: ['label:type:x'],
        resourceRequirements: [{ type: 'GPU', value: '1' }],
        linuxParameters: {
          devices: [{ hostPath: '/dev/fuse', permissions: ['read'] }],
          sharedMemorySize: 64,
          swappiness: 60,
          maxSwap: 0,
        },
      },
    ],
  }),
  'with templates of another tool in it': json(
    fargate([
      {
        name: 'app',
        image: '${IMAGE}',
        environment: [
          { name: 'HOST', value: '{{ must_env `HOST` }}' },
          { name: 'COST', value: '$5 ${not} $$' },
        ],
      },
    ]),
  ),
  'with members from the future': json(
    fargate(
      [
        {
          name: 'app',
          image: ecr('app'),
          warmStart: { mode: '', steps: [] },
          healthCheck: { command: ['CMD', 'x'], jitterSeconds: 0.5 },
          environment: [{ name: 'A', value: '1', sealed: false }],
        },
      ],
      { sandbox: { levels: [{ deep: { deeper: null } }] } },
    ),
  ),
  'YAML with comments': yml(`
# deployed by the workflow
family: web
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
cpu: "256"
memory: "512"
containerDefinitions:
  - name: web
    image: nginx:1.27 # pinned
    command: ["nginx", "-g", "daemon off;"]
    environment:
      - { name: DEBUG, value: "no" }
      - name: MULTI
        value: |
          one
          two
`),
  'YAML with anchors and merges of them': yml(`
family: pair
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
cpu: '512'
memory: '1024'
executionRoleArn: arn:aws:iam::123456789012:role/execution
containerDefinitions:
  - name: app
    image: app:1
    logConfiguration: &logs
      logDriver: awslogs
      options: { awslogs-group: /ecs/pair, awslogs-region: eu-west-1, awslogs-stream-prefix: pair }
  - name: side
    image: side:1
    essential: false
    logConfiguration: *logs
`),
};

function json(document: object): { readonly text: string; readonly format: 'json' } {
  return { text: JSON.stringify(document, undefined, 2), format: 'json' };
}

function yml(text: string): { readonly text: string; readonly format: 'yml' } {
  return { text, format: 'yml' };
}

function fargate(containerDefinitions: readonly object[], more: object = {}): object {
  return {
    family: 'app',
    taskRoleArn: 'arn:aws:iam::123456789012:role/task',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '512',
    memory: '1024',
    containerDefinitions,
    ...more,
  };
}

function ecr(name: string): string {
  return `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${name}`;
}

function secret(name: string): string {
  return `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
}

function awslogs(group: string): object {
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': `/ecs/${group}`,
      'awslogs-region': 'eu-west-1',
      'awslogs-stream-prefix': 'ecs',
      'awslogs-create-group': 'true',
      mode: 'non-blocking',
      'max-buffer-size': '25m',
    },
  };
}
