import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Whether the work that this stamp file stands for was finished for this content. */
export function isStamped(file, hash) {
  try {
    return readFileSync(file, 'utf8') === hash;
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return false;
  }
}

/** Writes a file so that a reader sees all of it or none. */
export function writeWhole(file, text) {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
