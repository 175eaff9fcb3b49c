import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with a docker command that builds until the file `go` is in the checkout, and then has made the given image. */
export function slowDocker(digest: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-docker-command-'));
  const script = `#!/bin/sh
case "$1 $2" in
  "info --format")
    echo '{"ServerVersion":"27.0.0","ClientInfo":{"Version":"27.0.0","Plugins":[{"Name":"buildx","Version":"v0.17.0"}]}}' ;;
  "buildx build")
    echo 'the build has begun'
    while [ ! -e go ]; do sleep 0.05; done
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
