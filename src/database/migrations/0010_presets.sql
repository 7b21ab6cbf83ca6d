CREATE TABLE "presets" (
	"id" text PRIMARY KEY NOT NULL,
	"key_id" text,
	"name" text NOT NULL,
	"model" text,
	"settings" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "presets_name" ON "presets" USING btree (coalesce("key_id", ''),"name");