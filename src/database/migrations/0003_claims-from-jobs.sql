ALTER TABLE "jobs" ADD COLUMN "webhook_events" text[];--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "entered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_new" ON "webhook_deliveries" USING btree ("created_at") WHERE not "webhook_deliveries"."entered";--> statement-breakpoint
UPDATE "jobs" SET "webhook_events" = ARRAY(SELECT json_array_elements_text("webhook"->'events')) WHERE "webhook" IS NOT NULL;
--> statement-breakpoint
UPDATE "webhook_deliveries" SET "entered" = true;
--> statement-breakpoint
-- Which job is next was kept by pg-boss as well; the jobs table says it alone now.
DO $$ BEGIN
	IF to_regclass('pgboss.queue') IS NOT NULL THEN
		DELETE FROM pgboss.job WHERE name LIKE 'pipeline/%';
		DELETE FROM pgboss.queue WHERE name LIKE 'pipeline/%';
	END IF;
END $$;
