/** An entry of an archive; root owns all of them. */
export type TarEntry =
  /** A file, executable unless `mode` says otherwise. */
  | { readonly name: string; readonly content: Buffer; readonly mode?: number }
  | { readonly name: string; readonly directory: true; readonly mode?: number }
  | { readonly name: string; readonly linkTo: string };

/** Makes a tar archive (ustar) for `docker import`. Names have up to 100 bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(record), Buffer.alloc(1024)]);
}

function record(entry: TarEntry): readonly Buffer[] {
  if ('linkTo' in entry) return [header(entry.name, '2', 0o777, 0, entry.linkTo)];
  if ('directory' in entry) return [header(`${entry.name}/`, '5', entry.mode ?? 0o755, 0)];
  const { name, content, mode = 0o755 } = entry;
  return [
    header(name, '0', mode, content.length),
    content,
    Buffer.alloc((512 - (content.length % 512)) % 512),
  ];
}

function header(name: string, kind: string, mode: number, size: number, linkTo = ''): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`The name is too long for a tar archive: ${name}`);
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8); // user
  octal(0, 116, 8); // group
  octal(size, 124, 12);
  octal(0, 136, 12); // time
  block.write('        ', 148, 'latin1'); // the checksum field counts as blanks
  block.write(kind, 156, 'latin1');
  block.write(linkTo, 157);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
