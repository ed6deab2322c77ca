/** The bytes that text and JSON are cut at; all ASCII, so they mean the same anywhere in UTF-8. */
export const TAB: u8 = 0x09;
export const NEWLINE: u8 = 0x0a;
export const RETURN: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const BACKSLASH: u8 = 0x5c;
export const ARRAY_CLOSE: u8 = 0x5d;
export const OBJECT_OPEN: u8 = 0x7b;
export const OBJECT_CLOSE: u8 = 0x7d;
