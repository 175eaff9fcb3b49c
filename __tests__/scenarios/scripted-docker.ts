import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder with a docker command that has buildx and makes the image with the given digest. Each of its commands first
 * runs the shell lines that are given for it.
 */
export function scriptedDocker(
  digest: string,
  lines: { readonly build: string; readonly info?: string; readonly inspect?: string },
): string {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-docker-command-'));
  const script = `#!/bin/sh
case "$1 $2" in
  "info --format")
    ${lines.info ?? ''}
    echo '{"ServerVersion":"27.0.0","ClientInfo":{"Version":"27.0.0","Plugins":[{"Name":"buildx","Version":"v0.17.0"}]}}' ;;
  "buildx inspect")
    ${lines.inspect ?? ':'} ;;
  "buildx build")
    ${lines.build}
    for option; do
      case "$option" in
        --metadata-file=*) echo '{"containerimage.digest":"${digest}"}' > "\${option#--metadata-file=}" ;;
      esac
    done ;;
esac
`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  return folder;
}

/** A build that goes on until the file `go` is in the checkout. */
export const waitsForGo = `echo 'the build has begun'
    while [ ! -e go ]; do sleep 0.05; done`;
