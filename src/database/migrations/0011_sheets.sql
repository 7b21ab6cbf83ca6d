CREATE TABLE "sheet_cells" (
	"sheet" text NOT NULL,
	"place" text NOT NULL,
	"recipe_key" text NOT NULL,
	"job" text NOT NULL,
	"output" integer NOT NULL,
	"reused" boolean NOT NULL,
	CONSTRAINT "sheet_cells_sheet_place_pk" PRIMARY KEY("sheet","place")
);
--> statement-breakpoint
CREATE TABLE "sheets" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "sheets_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dialect" text NOT NULL,
	"project" text NOT NULL,
	"key_id" text,
	"model" text NOT NULL,
	"request" json NOT NULL,
	"axes" json NOT NULL,
	"layout" json NOT NULL,
	"warnings" json NOT NULL,
	"stops_on_error" boolean NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"idempotency_key" text,
	"body_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "job_outputs" ADD COLUMN "recipe_key" text;--> statement-breakpoint
ALTER TABLE "sheet_cells" ADD CONSTRAINT "sheet_cells_sheet_sheets_id_fk" FOREIGN KEY ("sheet") REFERENCES "public"."sheets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sheet_cells_job" ON "sheet_cells" USING btree ("job");--> statement-breakpoint
CREATE UNIQUE INDEX "sheets_number" ON "sheets" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "sheets_idempotency" ON "sheets" USING btree (coalesce("key_id", ''),"idempotency_key");--> statement-breakpoint
CREATE INDEX "job_outputs_recipe_key" ON "job_outputs" USING btree ("recipe_key") WHERE "job_outputs"."recipe_key" is not null;