ALTER TABLE "model_versions" ADD COLUMN "published_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "links" json;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "facts" json;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "cancel_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "jobs_cancel_at" ON "jobs" USING btree ("cancel_at") WHERE "jobs"."finished_at" is null;--> statement-breakpoint
UPDATE "model_versions" SET "published_at" = "created_at" WHERE "training" IS NULL
  OR "id" IN (SELECT "current_version" FROM "models") OR "training" IN (SELECT "id" FROM "jobs" WHERE "state" = 'succeeded');
