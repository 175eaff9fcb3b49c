/** How a simulated task behaves, as plain data; what is left out goes well. Seconds are those of the clock. */
export interface Behaviour {
  /** Until the network interface is there (10). */
  readonly provisionSeconds?: number;
  /** How long the pull takes (5). */
  readonly pullSeconds?: number;
  /** From the pulled images to running containers (1). */
  readonly startSeconds?: number;
  /** Why the task never runs. */
  readonly neverStarts?: NeverStarts;
  /** Lines that the first essential container writes when it starts. */
  readonly logLines?: readonly string[];
  /** The verdict of the container health check, where one is defined: HEALTHY after 5 s. */
  readonly health?: { readonly status: 'HEALTHY' | 'UNHEALTHY'; readonly afterSeconds?: number };
  /** What a load balancer's health check gets, by seconds since the start: 200 from the start on. */
  readonly answers?: readonly { readonly fromSeconds: number; readonly status: number | 'time-out' }[];
  /** The first essential container ends by itself. */
  readonly exit?: {
    readonly afterSeconds: number;
    readonly exitCode: number;
    /** e.g. `OutOfMemoryError: Container killed due to memory usage` */
    readonly reason?: string;
    readonly lastLines?: readonly string[];
  };
  /** Ends only by SIGKILL, after its stop timeout. */
  readonly ignoresSigterm?: boolean;
}

type NeverStarts =
  | { readonly kind: 'not-placed'; readonly reason: string }
  | { readonly kind: 'cannot-be-pulled'; readonly stoppedReason: string }
  /** Secrets, log driver, volumes: before any pull. */
  | { readonly kind: 'cannot-be-initialized'; readonly stoppedReason: string };
