DROP INDEX "jobs_queue_heads";--> statement-breakpoint
ALTER TABLE "jobs" RENAME COLUMN "pipeline_key" TO "queue";--> statement-breakpoint
ALTER TABLE "jobs" RENAME COLUMN "calls" TO "units";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "kind" text NOT NULL DEFAULT 'render';--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "dialect" text NOT NULL DEFAULT 'native';--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "task" json;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "needs" text[] NOT NULL DEFAULT '{}';--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "request" json;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "result" json;--> statement-breakpoint
-- json_build_object takes json as it is, without reading it. To find the hashes in `loras`, that is read as text for the same
-- reason: a reader of json stops at what a client may have written.
UPDATE "jobs" SET
	"task" = json_build_object('plan', "plan", 'output', "output", 'previewEvery', "preview_every", 'loras', "loras"),
	"needs" = ARRAY(SELECT (regexp_matches("loras"::text, '"sha256":\s*"([0-9a-f]{64})"', 'g'))[1]),
	"result" = CASE WHEN "timings" IS NOT NULL THEN json_build_object('timings', "timings", 'versions', "versions") END;--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "task" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "dialect" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "needs" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "plan";--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "output";--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "preview_every";--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "loras";--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "timings";--> statement-breakpoint
ALTER TABLE "jobs" DROP COLUMN "versions";--> statement-breakpoint
CREATE INDEX "jobs_queue_heads" ON "jobs" USING btree ("kind","queue","priority" DESC NULLS LAST,"number") WHERE "jobs"."state" = 'queued';
