import { tar } from './tar.ts';

/**
 * Makes the image of the container that holds a task's network namespace, as an archive for `docker import`: a single static
 * program of some 130 bytes that waits forever. It saves a pull.
 * @param architecture as `docker info` names it: `x86_64`, `aarch64` (`amd64`, `arm64` too)
 */
export function pauseImage(architecture: string): { readonly platform: string; readonly archive: Buffer } {
  const isArm = architecture === 'aarch64' || architecture === 'arm64';
  if (!isArm && architecture !== 'x86_64' && architecture !== 'amd64') {
    throw new Error(`The local Fargate can't run tasks on the processor ${architecture}.`);
  }
  return {
    platform: isArm ? 'linux/arm64' : 'linux/amd64',
    archive: tar([{ name: 'pause', content: isArm ? elf(183, pauseOnArm) : elf(62, pauseOnX86) }]),
  };
}

/** `1: mov eax, 34 (pause); syscall; jmp 1b` */
const pauseOnX86 = Buffer.from('b8220000000f05ebf7', 'hex');

/** `1: x0 = x1 = x2 = x3 = 0; x8 = 73 (ppoll, there is no pause); svc 0; b 1b` */
const pauseOnArm = littleEndianWords([
  0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001, 0x17fffffa,
]);

function littleEndianWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32LE(word, index * 4));
  return bytes;
}

/** A program of one segment that starts with its code: ELF header (64 bytes), program header (56), code. */
function elf(machine: number, code: Buffer): Buffer {
  const headers = 64 + 56;
  const address = 0x400000n;
  const size = BigInt(headers + code.length);
  const file = Buffer.alloc(headers);
  file.write('\x7fELF', 'latin1');
  file.set([2, 1, 1], 4); // 64 bits, little endian, version 1
  file.writeUInt16LE(2, 16); // executable
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20); // version
  file.writeBigUInt64LE(address + BigInt(headers), 24); // entry
  file.writeBigUInt64LE(64n, 32); // offset of the program headers
  file.writeUInt16LE(64, 52); // size of this header
  file.writeUInt16LE(56, 54); // size of a program header
  file.writeUInt16LE(1, 56); // one of them
  file.writeUInt32LE(1, 64); // load
  file.writeUInt32LE(5, 68); // readable, executable
  file.writeBigUInt64LE(0n, 72); // from the file's beginning
  file.writeBigUInt64LE(address, 80);
  file.writeBigUInt64LE(address, 88);
  file.writeBigUInt64LE(size, 96); // bytes in the file
  file.writeBigUInt64LE(size, 104); // bytes in memory
  file.writeBigUInt64LE(0x10000n, 112); // alignment: pages may have 64 KiB on ARM
  return Buffer.concat([file, code]);
}
