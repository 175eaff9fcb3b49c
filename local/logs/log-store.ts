/** Where containers' output goes and where GetLogEvents reads it; `local/logs` implements it. */
export interface LogStore {
  /** Whether the log group exists; a container whose group is missing fails to start, as on Fargate. */
  hasGroup(group: string): boolean;
  createGroup(group: string): void;
  /** Appends one line; makes the stream when it is new. */
  append(group: string, stream: string, message: string): void;
}
