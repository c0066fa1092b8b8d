/** Writes the log: one line per happening on stderr, JSON for collectors or text for people. */
import winston from "winston";
import { LOG_LEVELS, type LogSettings } from "./log-settings.ts";

/** Fields of a line besides level, time and message. Never a secret, never a whole object. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that writes to stderr, so that stdout stays free for what a command answers. */
export function createLog({ level, format }: LogSettings): Log {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), format === "json" ? winston.format.json() : textFormat),
    transports: [new winston.transports.Console({ stderrLevels: [...LOG_LEVELS] })],
  });
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}

const textFormat = winston.format.printf(({ timestamp, level, message, ...fields }) => {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${String(timestamp)} ${level.toUpperCase().padEnd(5)} ${String(message)}${rest.join("")}`;
});
