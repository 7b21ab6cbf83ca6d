CREATE TABLE "sessions" (
	"digest" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "job_events" ADD COLUMN "number" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "job_events_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "number" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "job_outputs_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "searched" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "loras" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "recipe" json;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "favourite" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "created_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "sessions_by_key" ON "sessions" USING btree ("key_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "job_events_number" ON "job_events" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "job_outputs_number" ON "job_outputs" USING btree ("number");--> statement-breakpoint
CREATE INDEX "job_outputs_favourites" ON "job_outputs" USING btree ("job") WHERE "job_outputs"."favourite";--> statement-breakpoint
UPDATE "job_outputs" SET "created_at" = coalesce("jobs"."finished_at", "jobs"."started_at", "jobs"."created_at"), "loras" = "jobs"."needs"
  FROM "jobs" WHERE "jobs"."id" = "job_outputs"."job";--> statement-breakpoint
-- A task with an escape that text cannot hold is left out: SQL fails on it.
UPDATE "job_outputs" SET "searched" = coalesce("jobs"."task"->'plan'->'calls'->"job_outputs"."index"->>'prompt', '')
  FROM "jobs" WHERE "jobs"."id" = "job_outputs"."job" AND "jobs"."kind" = 'render'
  AND position('\u0000' in "jobs"."task"::text) = 0 AND position('\ud' in "jobs"."task"::text) = 0;
