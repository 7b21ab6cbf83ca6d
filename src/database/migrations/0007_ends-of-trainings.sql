ALTER TABLE "trainings" ADD COLUMN "save_asked_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE FUNCTION "end_training"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "trainings" SET "ended_at" = NEW."finished_at" WHERE "job" = NEW."id" AND "ended_at" IS NULL;
  UPDATE "models" SET "updated_at" = NEW."finished_at", "status" = CASE
      WHEN "current_version" IS NOT NULL THEN 'trained'
      WHEN NEW."state" = 'canceled' THEN 'training-canceled'
      ELSE 'failed' END
    FROM "trainings"
    WHERE "trainings"."job" = NEW."id" AND "models"."id" = "trainings"."model" AND "models"."status" = 'training';
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "jobs_end_training" AFTER UPDATE OF "state" ON "jobs" FOR EACH ROW
  WHEN (NEW."kind" = 'train' AND NEW."finished_at" IS NOT NULL AND OLD."finished_at" IS NULL)
  EXECUTE FUNCTION "end_training"();
