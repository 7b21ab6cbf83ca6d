CREATE TABLE "job_events" (
	"job" text NOT NULL,
	"sequence" integer NOT NULL,
	"type" text NOT NULL,
	"body" json NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "job_events_job_sequence_pk" PRIMARY KEY("job","sequence")
);
--> statement-breakpoint
CREATE TABLE "job_outputs" (
	"job" text NOT NULL,
	"index" integer NOT NULL,
	"output" json NOT NULL,
	CONSTRAINT "job_outputs_job_index_pk" PRIMARY KEY("job","index")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "jobs_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"state" text NOT NULL,
	"model" text NOT NULL,
	"pipeline_key" text NOT NULL,
	"plan" json NOT NULL,
	"calls" integer NOT NULL,
	"output" json NOT NULL,
	"preview_every" integer NOT NULL,
	"priority" integer NOT NULL,
	"loras" json NOT NULL,
	"warnings" json NOT NULL,
	"error" json,
	"error_code" text,
	"timings" json,
	"versions" json NOT NULL,
	"progress" json,
	"queue_position" integer,
	"attempts" integer DEFAULT 0 NOT NULL,
	"engine_crashes" integer DEFAULT 0 NOT NULL,
	"owner_deaths" integer DEFAULT 0 NOT NULL,
	"owner" text,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"last_event" integer DEFAULT 0 NOT NULL,
	"key_id" text,
	"idempotency_key" text,
	"body_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "owners" (
	"id" text PRIMARY KEY NOT NULL,
	"machine" text NOT NULL,
	"pid" integer NOT NULL,
	"process_start" text NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "job_events" ADD CONSTRAINT "job_events_job_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_outputs" ADD CONSTRAINT "job_outputs_job_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_number" ON "jobs" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_idempotency" ON "jobs" USING btree (coalesce("key_id", ''),"idempotency_key");--> statement-breakpoint
CREATE INDEX "jobs_queued" ON "jobs" USING btree ("priority" DESC NULLS LAST,"number") WHERE "jobs"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_queue_heads" ON "jobs" USING btree ("pipeline_key","priority" DESC NULLS LAST,"number") WHERE "jobs"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_running" ON "jobs" USING btree ("owner") WHERE "jobs"."state" = 'running';--> statement-breakpoint
CREATE INDEX "jobs_by_state" ON "jobs" USING btree ("state","number");--> statement-breakpoint
CREATE INDEX "jobs_by_model" ON "jobs" USING btree ("model","number");--> statement-breakpoint
CREATE INDEX "jobs_finished" ON "jobs" USING btree ("finished_at");