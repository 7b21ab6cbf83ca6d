ALTER TABLE "jobs" ADD COLUMN "inputs" text[] NOT NULL DEFAULT '{}';--> statement-breakpoint
-- Control pictures were named by files that were named after their hashes. The task is read as text: a reader of json stops at
-- what a client may have written.
UPDATE "jobs" SET
	"inputs" = ARRAY(SELECT DISTINCT (regexp_matches("task"::text, '[/\\]([0-9a-f]{64})\.png"', 'g'))[1])
	WHERE "state" IN ('queued', 'running');--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "inputs" DROP DEFAULT;
