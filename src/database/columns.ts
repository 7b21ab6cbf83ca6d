import { customType, timestamp } from 'drizzle-orm/pg-core';

/** An instant, to the millisecond. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

/** A list of texts, which is never null. */
export const texts = customType<{ data: string[]; driverData: string[] }>({ dataType: () => 'text[]' });
