/** The fields of services: how each is packed, unpacked and validated. */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { utf8Length } from './codec/utf8.js';
import type { ArgumentErrorCode } from './errors.js';
import type { Limits, StringLimit } from './limits.js';
import { type Permissions, packPermissions, parsePermissions, unpackPermissions } from './permissions.js';
import { type ByteBudget, parseInteger } from './validate.js';

/** How a field of a service is packed, unpacked and validated. */
export interface Field<Value> {
  pack(writer: ByteWriter, value: Value): void;
  unpack(reader: ByteReader): Value;
  parse(value: unknown, argument: string, limits: Limits, budget: ByteBudget): Value;
}

/** str */
function stringField(limit: StringLimit, code: ArgumentErrorCode, empty: 'may be empty' | 'required'): Field<string> {
  return {
    pack: (writer, value) => {
      writer.string(value);
    },
    unpack: (reader) => reader.string(),
    parse: (value, argument, limits, budget) => {
      const isEmpty = value === '' && empty === 'may be empty';
      const text = isEmpty ? value : limits[limit](value, argument, code);
      budget(2 + utf8Length(text));
      return text;
    },
  };
}

export const channelName: Field<string> = /* @__PURE__ */ stringField('channelName', 'ERR_CHANNEL_NAME', 'required');
export const uid: Field<string> = /* @__PURE__ */ stringField('account', 'ERR_UID', 'may be empty');
export const account: Field<string> = /* @__PURE__ */ stringField('account', 'ERR_ACCOUNT', 'may be empty');
export const rtmUserId: Field<string> = /* @__PURE__ */ stringField('rtmUserId', 'ERR_USER_ID', 'required');
export const chatUserId: Field<string> = /* @__PURE__ */ stringField('chatUserId', 'ERR_USER_ID', 'may be empty');
export const roomUuid: Field<string> = /* @__PURE__ */ stringField('anyString', 'ERR_STRING', 'may be empty');
export const userUuid: Field<string> = /* @__PURE__ */ stringField('rtmUserId', 'ERR_USER_ID', 'may be empty');

/** int16 */
export const role: Field<number> = {
  pack: (writer, value) => {
    writer.int16(value);
  },
  unpack: (reader) => reader.int16(),
  parse: (value, argument, _, budget) => {
    budget(2);
    return parseApaasRole(value, argument);
  },
};

export const permissions: Field<Permissions> = {
  pack: packPermissions,
  unpack: unpackPermissions,
  parse: (value, argument, _, budget) => parsePermissions(value, argument, budget),
};

export function parseApaasRole(value: unknown, argument: string): number {
  const hint = 'use the role that the room defines, -1 for none';
  return parseInteger(value, argument, { code: 'ERR_ROLE', min: -0x8000, max: 0x7fff, hint });
}
