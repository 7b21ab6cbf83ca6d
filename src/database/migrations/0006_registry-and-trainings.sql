CREATE TABLE "asset_tags" (
	"asset" text NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "asset_tags_asset_tag_pk" PRIMARY KEY("asset","tag")
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"id" text PRIMARY KEY NOT NULL,
	"project" text NOT NULL,
	"blob" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"width" integer,
	"height" integer,
	"duration" double precision,
	"description" text DEFAULT '' NOT NULL,
	"auto_caption" text,
	"source" text NOT NULL,
	"metadata" json,
	"parent" text,
	"job" text,
	"output_index" integer,
	"hidden" boolean DEFAULT false NOT NULL,
	"privacy" text DEFAULT 'private' NOT NULL,
	"author" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "assets_kind" CHECK ("assets"."kind" in ('image', 'video')),
	CONSTRAINT "assets_source" CHECK ("assets"."source" in ('uploaded', 'imported', 'rendered', 'sampled')),
	CONSTRAINT "assets_privacy" CHECK ("assets"."privacy" in ('private', 'unlisted', 'public')),
	CONSTRAINT "assets_size" CHECK (("assets"."width" is null) = ("assets"."height" is null) and "assets"."width" > 0 and "assets"."height" > 0)
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL,
	"mime" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "blobs_sha256" CHECK ("blobs"."sha256" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "blobs_bytes" CHECK ("blobs"."bytes" > 0)
);
--> statement-breakpoint
CREATE TABLE "epoch_files" (
	"version" text NOT NULL,
	"number" integer NOT NULL,
	"part" text NOT NULL,
	"blob" text NOT NULL,
	CONSTRAINT "epoch_files_version_number_part_pk" PRIMARY KEY("version","number","part"),
	CONSTRAINT "epoch_files_part" CHECK ("epoch_files"."part" in ('main', 'high', 'low'))
);
--> statement-breakpoint
CREATE TABLE "epoch_samples" (
	"version" text NOT NULL,
	"number" integer NOT NULL,
	"index" integer NOT NULL,
	"asset" text NOT NULL,
	CONSTRAINT "epoch_samples_version_number_index_pk" PRIMARY KEY("version","number","index")
);
--> statement-breakpoint
CREATE TABLE "epochs" (
	"version" text NOT NULL,
	"number" integer NOT NULL,
	"step" integer NOT NULL,
	"loss" double precision,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "epochs_version_number_pk" PRIMARY KEY("version","number"),
	CONSTRAINT "epochs_number" CHECK ("epochs"."number" >= 1 and "epochs"."step" >= 0)
);
--> statement-breakpoint
CREATE TABLE "model_concepts" (
	"composition" text NOT NULL,
	"position" integer NOT NULL,
	"model" text NOT NULL,
	"version" text,
	"epoch" integer,
	"scale" double precision NOT NULL,
	CONSTRAINT "model_concepts_composition_position_pk" PRIMARY KEY("composition","position"),
	CONSTRAINT "model_concepts_scale" CHECK ("model_concepts"."scale" between -2 and 2),
	CONSTRAINT "model_concepts_nested" CHECK ("model_concepts"."composition" <> "model_concepts"."model"),
	CONSTRAINT "model_concepts_position" CHECK ("model_concepts"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "model_examples" (
	"model" text NOT NULL,
	"position" integer NOT NULL,
	"asset" text NOT NULL,
	CONSTRAINT "model_examples_model_position_pk" PRIMARY KEY("model","position")
);
--> statement-breakpoint
CREATE TABLE "model_tags" (
	"model" text NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "model_tags_model_tag_pk" PRIMARY KEY("model","tag")
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"number" integer NOT NULL,
	"training" text,
	"origin" text NOT NULL,
	"base_key" text NOT NULL,
	"request" json,
	"trigger" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "model_versions_id" CHECK ("model_versions"."id" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "model_versions_origin" CHECK ("model_versions"."origin" in ('trained', 'imported', 'copied'))
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"project" text NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base" text,
	"type" text,
	"status" text NOT NULL,
	"privacy" text DEFAULT 'private' NOT NULL,
	"source" text NOT NULL,
	"source_url" text,
	"trigger" text,
	"parameters" json,
	"prompt_embedding" text DEFAULT '' NOT NULL,
	"negative_prompt_embedding" text DEFAULT '' NOT NULL,
	"short_description" text DEFAULT '' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"thumbnail" text,
	"current_version" text,
	"pinned_epoch" integer,
	"parent" text,
	"author" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "models_slug" CHECK ("models"."slug" ~ '^[a-z0-9]+([._-]+[a-z0-9]+)*$'),
	CONSTRAINT "models_kind" CHECK ("models"."kind" in ('lora', 'composition')),
	CONSTRAINT "models_status" CHECK ("models"."status" in ('new', 'training', 'trained', 'failed', 'training-canceled')),
	CONSTRAINT "models_privacy" CHECK ("models"."privacy" in ('private', 'unlisted', 'public')),
	CONSTRAINT "models_source" CHECK ("models"."source" in ('created', 'file', 'url', 'huggingface', 'civitai', 'ai-toolkit')),
	CONSTRAINT "models_trained" CHECK ("models"."status" <> 'trained' or ("models"."base" is not null and ("models"."kind" = 'composition' or "models"."current_version" is not null))),
	CONSTRAINT "models_pinned" CHECK ("models"."pinned_epoch" is null or "models"."current_version" is not null)
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"handle" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "projects_handle_unique" UNIQUE("handle"),
	CONSTRAINT "projects_handle" CHECK ("projects"."handle" ~ '^[a-z0-9]+([._-]+[a-z0-9]+)*$')
);
--> statement-breakpoint
CREATE TABLE "training_images" (
	"model" text NOT NULL,
	"asset" text NOT NULL,
	"position" integer NOT NULL,
	"caption" text,
	CONSTRAINT "training_images_model_asset_pk" PRIMARY KEY("model","asset")
);
--> statement-breakpoint
CREATE TABLE "training_pairs" (
	"model" text NOT NULL,
	"position" integer NOT NULL,
	"source" text NOT NULL,
	"target" text NOT NULL,
	"instruction" text DEFAULT '' NOT NULL,
	CONSTRAINT "training_pairs_model_position_pk" PRIMARY KEY("model","position")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"project" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"name" text NOT NULL,
	"bytes" bigint,
	"parts" json NOT NULL,
	"blob" text,
	"entity" text,
	"error" json,
	"author" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "uploads_state" CHECK ("uploads"."state" in ('open', 'checking', 'done', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "training_items" (
	"training" text NOT NULL,
	"position" integer NOT NULL,
	"blob" text NOT NULL,
	"caption" text NOT NULL,
	"controls" text[] NOT NULL,
	"repeats" integer DEFAULT 1 NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	CONSTRAINT "training_items_training_position_pk" PRIMARY KEY("training","position"),
	CONSTRAINT "training_items_size" CHECK ("training_items"."width" > 0 and "training_items"."height" > 0 and "training_items"."repeats" >= 1)
);
--> statement-breakpoint
CREATE TABLE "training_points" (
	"training" text NOT NULL,
	"step" integer NOT NULL,
	"loss" double precision NOT NULL,
	"lr" double precision NOT NULL,
	CONSTRAINT "training_points_training_step_pk" PRIMARY KEY("training","step")
);
--> statement-breakpoint
CREATE TABLE "trainings" (
	"job" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"version" text,
	"engine" text NOT NULL,
	"dialect" text NOT NULL,
	"sent" json,
	"request" json NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"total" integer NOT NULL,
	"loss" double precision,
	"sec_per_step" double precision,
	"state_step" integer,
	"held" boolean DEFAULT false NOT NULL,
	"machine" text,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "trainings_steps" CHECK ("trainings"."step" >= 0 and "trainings"."total" >= 1)
);
--> statement-breakpoint
INSERT INTO "projects" ("id", "handle", "name", "created_at") VALUES ('proj_local', 'local', 'Local', now());--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "project" text NOT NULL DEFAULT 'proj_local';--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "project" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "project" text NOT NULL DEFAULT 'proj_local';--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "project" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "asset_tags" ADD CONSTRAINT "asset_tags_asset_assets_id_fk" FOREIGN KEY ("asset") REFERENCES "public"."assets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_parent_assets_id_fk" FOREIGN KEY ("parent") REFERENCES "public"."assets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epoch_files" ADD CONSTRAINT "epoch_files_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epoch_files" ADD CONSTRAINT "epoch_files_epoch" FOREIGN KEY ("version","number") REFERENCES "public"."epochs"("version","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epoch_samples" ADD CONSTRAINT "epoch_samples_asset_assets_id_fk" FOREIGN KEY ("asset") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epoch_samples" ADD CONSTRAINT "epoch_samples_epoch" FOREIGN KEY ("version","number") REFERENCES "public"."epochs"("version","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epochs" ADD CONSTRAINT "epochs_version_model_versions_id_fk" FOREIGN KEY ("version") REFERENCES "public"."model_versions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_concepts" ADD CONSTRAINT "model_concepts_composition_models_id_fk" FOREIGN KEY ("composition") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_concepts" ADD CONSTRAINT "model_concepts_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_concepts" ADD CONSTRAINT "model_concepts_version_model_versions_id_fk" FOREIGN KEY ("version") REFERENCES "public"."model_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_examples" ADD CONSTRAINT "model_examples_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_examples" ADD CONSTRAINT "model_examples_asset_assets_id_fk" FOREIGN KEY ("asset") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_tags" ADD CONSTRAINT "model_tags_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_thumbnail_assets_id_fk" FOREIGN KEY ("thumbnail") REFERENCES "public"."assets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_current_version_model_versions_id_fk" FOREIGN KEY ("current_version") REFERENCES "public"."model_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_parent_models_id_fk" FOREIGN KEY ("parent") REFERENCES "public"."models"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_pinned_epoch" FOREIGN KEY ("current_version","pinned_epoch") REFERENCES "public"."epochs"("version","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_images" ADD CONSTRAINT "training_images_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_images" ADD CONSTRAINT "training_images_asset_assets_id_fk" FOREIGN KEY ("asset") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_pairs" ADD CONSTRAINT "training_pairs_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_pairs" ADD CONSTRAINT "training_pairs_source" FOREIGN KEY ("model","source") REFERENCES "public"."training_images"("model","asset") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_pairs" ADD CONSTRAINT "training_pairs_target" FOREIGN KEY ("model","target") REFERENCES "public"."training_images"("model","asset") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_items" ADD CONSTRAINT "training_items_training_trainings_job_fk" FOREIGN KEY ("training") REFERENCES "public"."trainings"("job") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_items" ADD CONSTRAINT "training_items_blob_blobs_sha256_fk" FOREIGN KEY ("blob") REFERENCES "public"."blobs"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_points" ADD CONSTRAINT "training_points_training_trainings_job_fk" FOREIGN KEY ("training") REFERENCES "public"."trainings"("job") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trainings" ADD CONSTRAINT "trainings_job_jobs_id_fk" FOREIGN KEY ("job") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trainings" ADD CONSTRAINT "trainings_model_models_id_fk" FOREIGN KEY ("model") REFERENCES "public"."models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trainings" ADD CONSTRAINT "trainings_version_model_versions_id_fk" FOREIGN KEY ("version") REFERENCES "public"."model_versions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "asset_tags_tag" ON "asset_tags" USING btree ("tag");--> statement-breakpoint
CREATE INDEX "assets_listed" ON "assets" USING btree ("project","created_at","id");--> statement-breakpoint
CREATE INDEX "assets_blob" ON "assets" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "assets_job" ON "assets" USING btree ("job");--> statement-breakpoint
CREATE INDEX "blobs_created" ON "blobs" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "epoch_files_blob" ON "epoch_files" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "epoch_samples_asset" ON "epoch_samples" USING btree ("asset");--> statement-breakpoint
CREATE UNIQUE INDEX "epochs_step" ON "epochs" USING btree ("version","step");--> statement-breakpoint
CREATE INDEX "model_concepts_model" ON "model_concepts" USING btree ("model");--> statement-breakpoint
CREATE UNIQUE INDEX "model_examples_once" ON "model_examples" USING btree ("model","asset");--> statement-breakpoint
CREATE INDEX "model_examples_asset" ON "model_examples" USING btree ("asset");--> statement-breakpoint
CREATE INDEX "model_tags_tag" ON "model_tags" USING btree ("tag");--> statement-breakpoint
CREATE UNIQUE INDEX "model_versions_number" ON "model_versions" USING btree ("model","number");--> statement-breakpoint
CREATE UNIQUE INDEX "models_name" ON "models" USING btree ("project","slug") WHERE "models"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "models_listed" ON "models" USING btree ("project","status","created_at","id");--> statement-breakpoint
CREATE INDEX "models_public" ON "models" USING btree ("privacy","updated_at");--> statement-breakpoint
CREATE INDEX "training_images_order" ON "training_images" USING btree ("model","position");--> statement-breakpoint
CREATE INDEX "training_images_asset" ON "training_images" USING btree ("asset");--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "uploads" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "uploads_blob" ON "uploads" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "training_items_blob" ON "training_items" USING btree ("blob");--> statement-breakpoint
CREATE INDEX "trainings_model" ON "trainings" USING btree ("model","job");--> statement-breakpoint
CREATE INDEX "trainings_machine" ON "trainings" USING btree ("machine");--> statement-breakpoint
CREATE UNIQUE INDEX "trainings_open" ON "trainings" USING btree ("model") WHERE "trainings"."ended_at" is null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_project_projects_id_fk" FOREIGN KEY ("project") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;