import { constants, crc32, deflateRawSync } from 'node:zlib';

/** A member of an archive, honest unless it says otherwise. */
export interface Member {
  readonly name: string | Buffer;
  readonly data?: Buffer | string;
  /** The packed bytes, where they are not simply `data` packed. */
  readonly packed?: Buffer;
  readonly saysBytes?: number;
  readonly saysCrc?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly attributes?: number;
  /** Shares the bytes of the member with this index. */
  readonly sameAs?: number;
}

interface Placed {
  readonly central: Buffer;
}

const deflated = 8;

function fieldsOf(member: Member): { fields: Buffer; name: Buffer; packed: Buffer } {
  const data = Buffer.from(member.data ?? '');
  const packed = member.packed ?? deflateRawSync(data);
  const name = Buffer.from(member.name as string);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(member.flags ?? 0x800, 2);
  fields.writeUInt16LE(member.method ?? deflated, 4);
  fields.writeUInt32LE(0x21_0000, 6);
  fields.writeUInt32LE(member.saysCrc ?? crc32(data), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(member.saysBytes ?? data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return { fields, name, packed };
}

function centralOf(member: Member, { fields, name }: ReturnType<typeof fieldsOf>, offset: number): Placed {
  const head = Buffer.alloc(20);
  head.write('PK\x01\x02', 'latin1');
  head.writeUInt16LE(0x031e, 4);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(member.attributes ?? 0, 6);
  tail.writeUInt32LE(offset, 10);
  return { central: Buffer.concat([head.subarray(0, 6), fields, tail, name]) };
}

/** Bytes of an archive as its members say. */
export function zipOf(
  members: readonly Member[],
  says: { readonly entries?: number; readonly offset?: number; readonly comment?: string } = {},
): Buffer {
  const local: Buffer[] = [];
  const placed: Placed[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const member of members) {
    const parts = fieldsOf(member);
    const offset = member.sameAs === undefined ? at : (offsets[member.sameAs] ?? 0);
    offsets.push(offset);
    placed.push(centralOf(member, parts, offset));
    if (member.sameAs !== undefined) continue;
    local.push(Buffer.from('PK\x03\x04', 'latin1'), parts.fields, parts.name, parts.packed);
    at += 30 + parts.name.length + parts.packed.length;
  }
  const central = Buffer.concat(placed.map((one) => one.central));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE((says.entries ?? members.length) & 0xffff, 8);
  end.writeUInt16LE((says.entries ?? members.length) & 0xffff, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(says.offset ?? at, 16);
  end.writeUInt16LE(Buffer.byteLength(says.comment ?? ''), 20);
  return Buffer.concat([...local, central, end, Buffer.from(says.comment ?? '')]);
}

/** A deflate stream that unpacks to a piece again and again, made without unpacking it. */
export function endlessDeflate(piece: Buffer | string, times: number): Buffer {
  const packed = deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: times }, () => packed), deflateRawSync('')]);
}
