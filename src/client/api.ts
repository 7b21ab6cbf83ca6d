/** Generated from docs/openapi.json by `npm run generate`: change the routes, not this file. */
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the server answers
         * @description It is healthy also when no device is up: `devices` says so, and /ready why.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the server can render
         * @description 503 with the reasons while it cannot. Requests are accepted and stored while it is starting or restarting. A server that leaves rendering to workers is ready when its database answers; `warnings` says when there is no worker.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prometheus metrics
         * @description HTTP, queue and engine, in the text format.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks, and what they may do
         * @description Of a session, and of a key that is sent as a header.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign a browser in
         * @description Takes a key and answers with a cookie that stands for it, which no script can read. The browser sends it with each
         *     request from then on; requests other than GET and HEAD must come from a page of this server, by their `Origin`. It ends when
         *     it expires, when it is deleted, and when the key is revoked.
         */
        post: operations["createSession"];
        /**
         * Sign a browser out
         * @description The session ends, and the cookie is taken away.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outputs/zip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pictures as one ZIP file
         * @description Up to 2,000, with `recipes.json`: how each was made. It is sent while it is made.
         */
        post: operations["zipOutputs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How a picture was made
         * @description Send the file as the body, with its type: `curl --data-binary @picture.png -H "Content-Type: image/png" …/v1/inspect`. Nothing is stored. For a file that this server has made, the recipe that it has kept counts.
         */
        post: operations["inspectPicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Queue pictures or videos for rendering
         * @description Checks the request, stores it, and answers at once; a picture takes longer. Poll `status_url`, or follow
         *     `events_url`. Everything that can be known beforehand is checked here, the LoRA files included.
         *
         *     What the model cannot use, and fields that nobody knows, are named in `warnings`.
         */
        post: operations["createInference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A request as it was sent
         * @description What was asked for, without tokens and pictures, and of each output how it was made.
         */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a request is
         * @description Its state and, while it is queued or running, its progress.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a request has made
         * @description Outputs appear as each prompt is finished. If a later prompt fails, the finished ones stay.
         */
        get: operations["getResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests, newest first
         * @description Those that the key has sent; an admin sees all. Trainings and imports are not among them unless `kind` says so. Page by page: send `next_cursor` of a page as `cursor` to get the next.
         */
        get: operations["listRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a request
         * @description A queued request is canceled at once, a running one at its next step. One that has ended stays as it is, and the answer says how it ended.
         */
        post: operations["cancelRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a request
         * @description Server-sent events, from the beginning or after `Last-Event-ID`, until the request has ended:
         *
         *     - `queued` `{position}`: place in the queue; 1 is next
         *     - `started` `{attempt}`
         *     - `progress` `{phase, prompt, prompts, step, total, fraction, eta_seconds}`
         *     - `preview` `{prompt, step, width, height, image}`: a small PNG as a data URL, when `preview_every` asks for it
         *     - `output` `{image}` or `{video}`: as in the result, as soon as each is stored
         *     - `warning` `{message}`
         *     - `ended` `{status, error, error_code, error_details, result_url}`: the last one
         *
         *     Each has `request_id` and `at` too. With curl: `curl -N <events_url>`.
         */
        get: operations["followRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow everything
         * @description One stream of server-sent events for all that the key may see, an admin all of it. It begins with what happens from now
         *     on, or goes on after `Last-Event-ID`; it never ends by itself.
         *
         *     - `engine` `{state, devices}`: first, and whenever that changes
         *     - `queued`, `started`, `progress`, `preview`, `output`, `warning`, `ended`: of renders, as in the stream of one request
         *     - `sheet` `{sheet_id, status, counts, failed_cells}`: of a contact sheet, when something has become of its requests
         *     - `training`, `import`, `replay`, `verification`: the same of other kinds of work, with the name of the event in `type`
         *
         *     Each event of work has `request_id`, `kind`, `type` and `at`. Read what you show anew after a gap: what was removed meanwhile is not
         *     told.
         */
        get: operations["followAll"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pictures and videos, newest first
         * @description A row for each, with how it was made: of the requests of the key, an admin of all. Filters count together.
         */
        get: operations["listOutputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/outputs/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A finished picture or video
         * @description Works with an `Authorization` header, or as the signed `url` of a result. Answers range requests, and 304 to a known `ETag`.
         */
        get: operations["getOutput"];
        put?: never;
        post?: never;
        /**
         * Remove a picture
         * @description Its file, and its row: for good. Its request stays.
         */
        delete: operations["deleteOutput"];
        options?: never;
        head?: never;
        /**
         * Mark a picture
         * @description As a favourite, which retention keeps together with its request, and with tags.
         */
        patch: operations["markOutput"];
        trace?: never;
    };
    "/v1/replays/{replay_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a replay stands
         * @description Its verdict, once it is known, with what differed and what is missing.
         */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Contact sheets, newest first
         * @description Of the key, an admin all, without their cells.
         */
        get: operations["listSheets"];
        put?: never;
        /**
         * Render a contact sheet
         * @description Renders one picture for each combination of the values of its axes, as ordinary requests that survive restarts, and draws
         *     them as one picture. All of it is checked before any is accepted; problems name axis and index.
         *
         *     `?dry_run=true` stores nothing and says what it would take: pictures to render after equal ones are merged, those that are there
         *     already, merges of LoRAs, loads, downloads, disk and time. See docs/sheets.md.
         */
        post: operations["createSheet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A contact sheet with its cells
         * @description How each cell stands, with the request that renders it.
         */
        get: operations["getSheet"];
        put?: never;
        post?: never;
        /**
         * Remove a contact sheet
         * @description Its pictures and their requests stay. One that is being rendered has to be canceled first.
         */
        delete: operations["deleteSheet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a contact sheet
         * @description Cells that are finished stay; the others are canceled. One that has ended stays as it is.
         */
        post: operations["cancelSheet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Render the rest of a contact sheet
         * @description Cells that failed, were canceled, or whose pictures are gone. The others stay as they are.
         */
        post: operations["resumeSheet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add values to the axes of a contact sheet
         * @description Values come behind those that an axis has; only the new cells are rendered. `?dry_run=true` says what that would take.
         */
        post: operations["extendSheet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The picture of a contact sheet
         * @description With labels, drawn from what is there; cells that are missing are hatched. It says which sheet it is of, see POST /v1/inspect.
         */
        get: operations["getSheetImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A contact sheet for programs
         * @description Each cell with its labels, recipe, hash, and where it stands in the picture.
         */
        get: operations["getSheetManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sheets/{sheet_id}/zip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of a contact sheet as one ZIP file
         * @description Cells, picture, manifest and an HTML page that shows them. It is sent while it is made.
         */
        get: operations["zipSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify the previews of a training
         * @description Renders the previews of a training again, with the LoRAs that it has saved, and says whether they are the same: of a job
         *     folder of ai-toolkit, or of a training of this server. Renders are compressed as the previews were before the two are compared. What differs is
         *     explained: settings are changed one at a time until one makes the difference. docs/verify.md has the rules.
         */
        post: operations["createVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{verification_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a verification stands
         * @description Its verdict, once it is known, with every pair, what was skipped and why, and what explains it.
         */
        get: operations["getVerification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{verification_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The report of a verification
         * @description A page that stands alone, without a script: save it, and it works from a disk.
         */
        get: operations["getVerificationReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{verification_id}/pairs/{number}/{picture}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture of a pair
         * @description Theirs, ours, or eight times their difference, as a small WebP.
         */
        get: operations["getVerificationPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/loras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The LoRA files of this server
         * @description Those in WORKFLOWS_BASE_PATH and LORA_ALLOWED_PATHS, with what their headers say. Those of the registry are under /v1/registry/models.
         */
        get: operations["listLoras"];
        put?: never;
        /**
         * Upload a LoRA file
         * @description As multipart/form-data: `curl -F file=@my_lora.safetensors …/v1/loras`. It is kept in the folder `uploads` of WORKFLOWS_BASE_PATH under a name made of its own and its hash, and nothing is overwritten; a file that the server has already stays where it is. Takes the scope of UPLOAD_SCOPE.
         */
        post: operations["uploadLora"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/loras/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a LoRA file says of itself
         * @description As `darkroom loras inspect` says it; with `model`, held against that model.
         */
        get: operations["getLora"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every model id with its defaults
         * @description Made from the same catalog entries that requests are checked by and rendered from.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A model, its form, and how it stands here
         * @description What the list says of it, with a form for one picture made from its catalog entry, and whether it is on this machine, fits and is loaded.
         */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the webhook of a request was called
         * @description One item for each event, in their order, with the last attempt at it.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How webhooks were called lately
         * @description The newest first: of the requests of the key, an admin of all.
         */
        get: operations["listRecentDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Presets of the key
         * @description Settings that were kept under a name. Each key has its own, an admin too.
         */
        get: operations["listPresets"];
        put?: never;
        /**
         * Keep settings under a name
         * @description One that the key keeps under the same name gives way to it.
         */
        post: operations["keepPreset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/presets/{preset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a preset
         * @description One of the key. Deleting it again changes nothing.
         */
        delete: operations["deletePreset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trainings, newest first
         * @description Those of the project of the key; an admin sees all. Page by page, as requests are.
         */
        get: operations["listTrainings"];
        put?: never;
        /**
         * Train a LoRA
         * @description Trains a LoRA on a set of pictures, and keeps each of its epochs in the registry; render with it by its `model` id.
         *     Send JSON with `dataset`, or multipart/form-data with the files (an archive, or pictures and captions) and the other fields beside
         *     them: `curl -F file=@pictures.zip -F base=demo -F trigger_word=my_style …/v1/trainings`.
         *
         *     The set is looked through before the answer: every file that cannot be used is named in `details.files`, and nothing is stored then.
         *     What the model or the engine does not use is named in `warnings`.
         */
        post: operations["createTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a training is, and its epochs
         * @description Its state, its loss, and each epoch with what to send to render with it and the pictures that show it.
         */
        get: operations["getTraining"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/loss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The curve of its loss
         * @description Mean losses by step, thinned to what a chart can show.
         */
        get: operations["getTrainingLoss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/samples/{step}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture that shows one of its epochs
         * @description Pixel for pixel what the same request renders with that epoch.
         */
        get: operations["getTrainingSample"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a training
         * @description Server-sent events, as those of a request, with two more:
         *
         *     - `epoch` `{number, step, loss}`: an epoch is kept and can be rendered with
         *     - `held` `{}`: it is paused
         *
         *     `progress` has `loss` while its `phase` is `training`.
         */
        get: operations["followTraining"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a training
         * @description It stops at its next step. The epochs that it has made are kept.
         */
        post: operations["cancelTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a training
         * @description It stops at its next step with its state on disk, and waits to be resumed.
         */
        post: operations["pauseTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused training
         * @description It waits for the device again, and goes on from its state.
         */
        post: operations["resumeTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/save": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an epoch now
         * @description One more epoch than planned, after the current step.
         */
        post: operations["saveTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Train on from where a training has ended
         * @description A new training of the same model on the same set, from the state of the old one, which is kept for KEEP_STATE_DAYS. Its epochs are another version.
         */
        post: operations["extendTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a training is made of
         * @description Its settings with every default filled in, the pictures of its set, and its samples.
         */
        get: operations["getTrainingDetails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training_id}/dataset/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small picture of the set of a training
         * @description A WebP that fits into a square of 256 pixels. It is made when it is first asked for.
         */
        get: operations["getTrainingPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Models of the registry
         * @description Newest first, a page at a time. Base models are a list of their own: `privacy=base`.
         */
        get: operations["listRegistryModels"];
        put?: never;
        /**
         * Make a model
         * @description One without versions, to be trained; or with `concepts` a composition, which can be rendered with at once. To take in what is trained already, import it.
         */
        post: operations["createRegistryModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A model with its versions and epochs
         * @description Each epoch with what `loras[].path` calls it, its files and its previews.
         */
        get: operations["getRegistryModel"];
        put?: never;
        post?: never;
        /**
         * Delete a model
         * @description It can be restored for REGISTRY_TRASH_DAYS. Requests that wait to render with it still do. One that a composition has is refused.
         */
        delete: operations["deleteRegistryModel"];
        options?: never;
        head?: never;
        /**
         * Change a model
         * @description What is left out stays. The base model changes only while the model is new, and an epoch can be pinned once it is trained.
         */
        patch: operations["changeRegistryModel"];
        trace?: never;
    };
    "/v1/registry/models/{model_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a deleted model back
         * @description As it was, without its tags. Its name gets a number where another has taken it.
         */
        post: operations["restoreRegistryModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy a model
         * @description Into the project of the key, also from models of others that it may see. No file is copied.
         */
        post: operations["copyRegistryModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a model to another project
         * @description Its id stays. It takes an admin key, since a key acts in one project only.
         */
        post: operations["transferRegistryModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/training-set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The training set of a model
         * @description The pictures that a training of the model takes where it brings none, and its pairs.
         */
        get: operations["getTrainingSet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/training-set/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add pictures to a training set
         * @description Assets that the key may see, none of them twice; all of them or none.
         */
        post: operations["addTrainingImages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/training-set/images/{asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a picture out of a training set
         * @description With the pairs that name it. The asset stays.
         */
        delete: operations["removeTrainingImage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/training-set/pairs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace the pairs of a training set
         * @description What models that edit are trained on: two pictures of the set, and what makes one of the other.
         */
        put: operations["setTrainingPairs"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pictures and clips of the project
         * @description Newest first, a page at a time.
         */
        get: operations["listAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/assets/{asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture or clip
         * @description What is known of it; its file is at `url`.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete an asset
         * @description It cannot be read any more. Training sets and examples that name it keep its file until they go.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        /**
         * Change what is said of an asset
         * @description Its description is the caption that a training reads.
         */
        patch: operations["changeAsset"];
        trace?: never;
    };
    "/v1/registry/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a LoRA or a job folder of ai-toolkit
         * @description One of `path`, `url` and `upload`. A folder becomes a model whose epochs are its saves, with their previews; it can be imported again while its training goes on. Any path of the server takes an admin key; others take one of the folder of LoRAs.
         */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/import/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How an import stands
         * @description Its model can be read as soon as its first epoch is there.
         */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to send a file
         * @description Then PUT its parts, of up to 512 MiB, and complete it. What nobody completes is forgotten after a day.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has arrived of a file
         * @description To go on after a connection was lost: send the parts that are missing.
         */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make one file of the parts
         * @description Completing it again changes nothing.
         */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a picture again
         * @description Renders a picture that Darkroom has made from what it says of itself, and says how near that comes. Send JSON, or the file
         *     as the body with its type: `curl --data-binary @picture.png -H "Content-Type: image/png" …/v1/replays`. For a file that this server has
         *     made, the recipe that it has kept counts.
         *
         *     LoRAs are found by their SHA-256, wherever they are now. The answer comes at once; read `status_url` until `verdict` is known.
         *     docs/replay.md says what has to be equal, and what may differ.
         */
        post: operations["createReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a training would be
         * @description Takes what POST /v1/trainings takes, checks it in the same way, and answers with what would be trained and with what settings. Nothing is stored.
         */
        post: operations["planTraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/parts/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send a part of a file
         * @description Its bytes as they are. One of the same number is replaced, so a part may be sent again.
         */
        put: operations["putUploadPart"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys, without what they are
         * @description Oldest first, those that were revoked included. Those of API_KEYS are not among them.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description The answer is the only place where the key is ever shown. From the first key on, everything asks for one.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description It opens nothing from now on. What it has sent goes on.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The secret that calls of webhooks are signed with
         * @description For verifying them with any library of standardwebhooks.com.
         */
        get: operations["getWebhookSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/{request_id}/outputs/{index}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small picture of an output
         * @description A WebP that fits into a square of `w` pixels, of the first frame of a video. It is made when it is first asked for, and never changes.
         */
        get: operations["getThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/assets/{asset_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The file of an asset
         * @description Works with an `Authorization` header, or as the signed `url` of an asset. Answers range requests.
         */
        get: operations["getAssetContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/files/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A LoRA file of a model
         * @description The `url` of a file of an epoch. Answers range requests, and 304 to a known `ETag`.
         */
        get: operations["getModelFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry/models/{model_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A model as a ZIP file
         * @description The LoRA of an epoch, what it was trained with, and its previews; of a composition all LoRAs.
         */
        get: operations["downloadModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What went wrong.
         * @example {
         *       "error": {
         *         "code": "MODEL_NOT_FOUND",
         *         "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *         "details": {
         *           "supported": [
         *             "demo",
         *             "flux",
         *             "sdxl"
         *           ],
         *           "nearest": "flux"
         *         }
         *       },
         *       "detail": {
         *         "code": "MODEL_NOT_FOUND",
         *         "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *         "details": {
         *           "supported": [
         *             "demo",
         *             "flux",
         *             "sdxl"
         *           ],
         *           "nearest": "flux"
         *         },
         *         "error": {
         *           "code": "MODEL_NOT_FOUND",
         *           "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *           "details": {
         *             "supported": [
         *               "demo",
         *               "flux",
         *               "sdxl"
         *             ],
         *             "nearest": "flux"
         *           }
         *         }
         *       }
         *     }
         */
        ErrorInput: {
            error: {
                /**
                 * @description See docs/errors.md.
                 * @enum {string}
                 */
                code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                /** @description What was received, what is accepted, what to do. */
                message: string;
                details: {
                    [key: string]: unknown;
                };
            };
            /** @description The same again, where clients of the reference server look. */
            detail: {
                /**
                 * @description See docs/errors.md.
                 * @enum {string}
                 */
                code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                /** @description What was received, what is accepted, what to do. */
                message: string;
                details: {
                    [key: string]: unknown;
                };
                error: {
                    /**
                     * @description See docs/errors.md.
                     * @enum {string}
                     */
                    code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                    /** @description What was received, what is accepted, what to do. */
                    message: string;
                    details: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        /** @description How a picture was made: enough to ask for it again. */
        RecipeInput: {
            /** @description Model id. */
            model: string;
            /** @description Repository of the base checkpoint. */
            base_model: string;
            /** @description Its revision. */
            revision: string;
            /** @description Commit of each repository that a part was loaded from; for a folder that does not tell it, `files:` and a hash of the names and sizes of its files. Empty for what versions up to 0.1 made. */
            commits: {
                [key: string]: string;
            };
            loras: {
                /** @description As it was sent, without what a URL may hide. */
                path: string;
                /** @description Of the file. */
                sha256: string;
                network_multiplier: number;
                transformer: ("high" | "low") | null;
            }[];
            /** @description As rendered, trigger words filled in. */
            prompt: string;
            neg: string | null;
            width: number;
            height: number;
            sample_steps: number;
            guidance_scale: number;
            guidance_rescale: number | null;
            /** Format: int64 */
            seed: number;
            /** @description Null: that of the model. */
            sampler: string | null;
            /** @description Videos only. */
            num_frames: number | null;
            fps: number | null;
            resolution: ("Default" | "High") | null;
            /** @description Switches of the request, as they stood: `kv_cache`, `tiled_decoding`, … */
            options: {
                [key: string]: boolean;
            };
            /** @description SHA-256 of each control picture as the model got it. */
            control_images: string[];
            /** @description SHA-256 of the picture that it was made of, as the model got it. */
            image: string | null;
            /** @description SHA-256 of the mask. */
            mask_image: string | null;
            /** @description Null where it was made of no picture. */
            strength: number | null;
            /** @description How the file was encoded; null for videos and where the file does not say. */
            output_format: string | null;
            output_quality: number | null;
            /** @description That it was rendered on. */
            device: string | null;
            /** @description That the weights were held in. */
            dtype: string | null;
            /** @description How the denoiser was held in fewer bits; null when it was not. */
            quantization: string | null;
            /** @description Of what decides the pixels. */
            versions: {
                [key: string]: string;
            };
            /** @description Version of Darkroom. */
            darkroom: string | null;
            /** @description 1 for what versions up to 0.1 made, which lacks `commits`, `device` and more. */
            recipe_version: number;
            /** @description The prompts were too long for the file and are cut. */
            cut: boolean;
        };
        /** @description How far apart two pictures are. */
        FiguresInput: {
            /** @description Peak signal-to-noise ratio in dB; null when equal. */
            psnr: number | null;
            /** @description Structural similarity of the luma, at most 1. */
            ssim: number;
            /** @description Largest difference of one value, 0 to 255. */
            largest: number;
            /** @description Share of the pixels that are off by more than 2. */
            share: number;
            /** @description Bits, of 64, that perceptual hashes differ in. */
            hash_distance: number;
        };
        /**
         * @description What went wrong.
         * @example {
         *       "error": {
         *         "code": "MODEL_NOT_FOUND",
         *         "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *         "details": {
         *           "supported": [
         *             "demo",
         *             "flux",
         *             "sdxl"
         *           ],
         *           "nearest": "flux"
         *         }
         *       },
         *       "detail": {
         *         "code": "MODEL_NOT_FOUND",
         *         "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *         "details": {
         *           "supported": [
         *             "demo",
         *             "flux",
         *             "sdxl"
         *           ],
         *           "nearest": "flux"
         *         },
         *         "error": {
         *           "code": "MODEL_NOT_FOUND",
         *           "message": "There is no model \"fluks\". Did you mean \"flux\"? Supported: demo, flux, sdxl.",
         *           "details": {
         *             "supported": [
         *               "demo",
         *               "flux",
         *               "sdxl"
         *             ],
         *             "nearest": "flux"
         *           }
         *         }
         *       }
         *     }
         */
        Error: {
            error: {
                /**
                 * @description See docs/errors.md.
                 * @enum {string}
                 */
                code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                /** @description What was received, what is accepted, what to do. */
                message: string;
                details: {
                    [key: string]: unknown;
                };
            };
            /** @description The same again, where clients of the reference server look. */
            detail: {
                /**
                 * @description See docs/errors.md.
                 * @enum {string}
                 */
                code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                /** @description What was received, what is accepted, what to do. */
                message: string;
                details: {
                    [key: string]: unknown;
                };
                error: {
                    /**
                     * @description See docs/errors.md.
                     * @enum {string}
                     */
                    code: "INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL";
                    /** @description What was received, what is accepted, what to do. */
                    message: string;
                    details: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        /** @description How a picture was made: enough to ask for it again. */
        Recipe: {
            /** @description Model id. */
            model: string;
            /** @description Repository of the base checkpoint. */
            base_model: string;
            /** @description Its revision. */
            revision: string;
            /** @description Commit of each repository that a part was loaded from; for a folder that does not tell it, `files:` and a hash of the names and sizes of its files. Empty for what versions up to 0.1 made. */
            commits: {
                [key: string]: string;
            };
            loras: {
                /** @description As it was sent, without what a URL may hide. */
                path: string;
                /** @description Of the file. */
                sha256: string;
                network_multiplier: number;
                transformer: ("high" | "low") | null;
            }[];
            /** @description As rendered, trigger words filled in. */
            prompt: string;
            neg: string | null;
            width: number;
            height: number;
            sample_steps: number;
            guidance_scale: number;
            guidance_rescale: number | null;
            /** Format: int64 */
            seed: number;
            /** @description Null: that of the model. */
            sampler: string | null;
            /** @description Videos only. */
            num_frames: number | null;
            fps: number | null;
            resolution: ("Default" | "High") | null;
            /** @description Switches of the request, as they stood: `kv_cache`, `tiled_decoding`, … */
            options: {
                [key: string]: boolean;
            };
            /** @description SHA-256 of each control picture as the model got it. */
            control_images: string[];
            /** @description SHA-256 of the picture that it was made of, as the model got it. */
            image: string | null;
            /** @description SHA-256 of the mask. */
            mask_image: string | null;
            /** @description Null where it was made of no picture. */
            strength: number | null;
            /** @description How the file was encoded; null for videos and where the file does not say. */
            output_format: string | null;
            output_quality: number | null;
            /** @description That it was rendered on. */
            device: string | null;
            /** @description That the weights were held in. */
            dtype: string | null;
            /** @description How the denoiser was held in fewer bits; null when it was not. */
            quantization: string | null;
            /** @description Of what decides the pixels. */
            versions: {
                [key: string]: string;
            };
            /** @description Version of Darkroom. */
            darkroom: string | null;
            /** @description 1 for what versions up to 0.1 made, which lacks `commits`, `device` and more. */
            recipe_version: number;
            /** @description The prompts were too long for the file and are cut. */
            cut: boolean;
        };
        /** @description How far apart two pictures are. */
        Figures: {
            /** @description Peak signal-to-noise ratio in dB; null when equal. */
            psnr: number | null;
            /** @description Structural similarity of the luma, at most 1. */
            ssim: number;
            /** @description Largest difference of one value, 0 to 255. */
            largest: number;
            /** @description Share of the pixels that are off by more than 2. */
            share: number;
            /** @description Bits, of 64, that perceptual hashes differ in. */
            hash_distance: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "healthy";
                        /** @description Each device of this process and the state of its engine. */
                        devices: {
                            name: string;
                            state: string;
                        }[];
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An engine is up. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        /** @description Why it is not ready, and what to do. Empty when it is. */
                        reasons: string[];
                        /** @description All devices together: up when one of them is, with the sums of their counts. */
                        engine: {
                            /**
                             * @description `elsewhere`: this process renders nothing itself, `darkroom worker` does.
                             * @enum {string}
                             */
                            state: "starting" | "ready" | "busy" | "restarting" | "unavailable" | "stopped" | "elsewhere";
                            /** @example NVIDIA H100 (cuda, bfloat16) */
                            device: string | null;
                            /** @description Base checkpoints loaded since the engine started. */
                            loads: number;
                            /** @description LoRA sets merged since the engine started. */
                            merges: number;
                            /** @description Times the engine died and was started again. */
                            restarts: number;
                        };
                        /** @description Each device of DEVICES with its engine. */
                        devices: {
                            /**
                             * @description As in DEVICES.
                             * @example cuda:0
                             */
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "ready" | "busy" | "restarting" | "unavailable" | "stopped";
                            /** @description Why it does not render, and what to do. */
                            reason: string | null;
                            /**
                             * @description Null until it was ready.
                             * @example NVIDIA H100 (cuda, bfloat16)
                             */
                            device: string | null;
                            /** @description Base models in memory. */
                            resident_models: number;
                            /** @description Of the device; on a CPU, of its engine process. */
                            memory: {
                                used_bytes: number;
                                total_bytes: number;
                                peak_bytes: number;
                            } | null;
                            /** @description Base checkpoints loaded since the engine started. */
                            loads: number;
                            /** @description LoRA sets merged since the engine started. */
                            merges: number;
                            /** @description Times the engine died and was started again. */
                            restarts: number;
                        }[];
                        /** @description The engine process that stands by to take over from one that dies. */
                        spare: {
                            /**
                             * @description `absent`: none stands by yet; `off`: SPARE_ENGINE says so, or nothing is rendered here.
                             * @enum {string}
                             */
                            state: "off" | "absent" | "importing" | "ready";
                            reason: string | null;
                        };
                        /** @description What keeps requests waiting although it is ready. */
                        warnings: string[];
                        queue: {
                            queued: number;
                            running: number;
                            /** @description Processes that render, on all machines of the Postgres; null on the embedded database. */
                            workers: number | null;
                        } | null;
                        disk: {
                            free_bytes: number;
                        } | null;
                    };
                };
            };
            /** @description None is; `reasons` says why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        /** @description Why it is not ready, and what to do. Empty when it is. */
                        reasons: string[];
                        /** @description All devices together: up when one of them is, with the sums of their counts. */
                        engine: {
                            /**
                             * @description `elsewhere`: this process renders nothing itself, `darkroom worker` does.
                             * @enum {string}
                             */
                            state: "starting" | "ready" | "busy" | "restarting" | "unavailable" | "stopped" | "elsewhere";
                            /** @example NVIDIA H100 (cuda, bfloat16) */
                            device: string | null;
                            /** @description Base checkpoints loaded since the engine started. */
                            loads: number;
                            /** @description LoRA sets merged since the engine started. */
                            merges: number;
                            /** @description Times the engine died and was started again. */
                            restarts: number;
                        };
                        /** @description Each device of DEVICES with its engine. */
                        devices: {
                            /**
                             * @description As in DEVICES.
                             * @example cuda:0
                             */
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "ready" | "busy" | "restarting" | "unavailable" | "stopped";
                            /** @description Why it does not render, and what to do. */
                            reason: string | null;
                            /**
                             * @description Null until it was ready.
                             * @example NVIDIA H100 (cuda, bfloat16)
                             */
                            device: string | null;
                            /** @description Base models in memory. */
                            resident_models: number;
                            /** @description Of the device; on a CPU, of its engine process. */
                            memory: {
                                used_bytes: number;
                                total_bytes: number;
                                peak_bytes: number;
                            } | null;
                            /** @description Base checkpoints loaded since the engine started. */
                            loads: number;
                            /** @description LoRA sets merged since the engine started. */
                            merges: number;
                            /** @description Times the engine died and was started again. */
                            restarts: number;
                        }[];
                        /** @description The engine process that stands by to take over from one that dies. */
                        spare: {
                            /**
                             * @description `absent`: none stands by yet; `off`: SPARE_ENGINE says so, or nothing is rendered here.
                             * @enum {string}
                             */
                            state: "off" | "absent" | "importing" | "ready";
                            reason: string | null;
                        };
                        /** @description What keeps requests waiting although it is ready. */
                        warnings: string[];
                        queue: {
                            queued: number;
                            running: number;
                            /** @description Processes that render, on all machines of the Postgres; null on the embedded database. */
                            workers: number | null;
                        } | null;
                        disk: {
                            free_bytes: number;
                        } | null;
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The server has no keys: it answers this machine only, and everybody on it is an admin. */
                        open: boolean;
                        /**
                         * @description What the asker may do; see docs/keys.md.
                         * @enum {string}
                         */
                        scope: "read" | "write" | "admin";
                        /** @description Whether it may upload LoRA files (UPLOAD_SCOPE). */
                        may_upload: boolean;
                        /** @description What one key may ask for. */
                        limits: {
                            /** @description In one request (MAX_PROMPTS). */
                            prompts: number;
                            /** @description In one request (MAX_LORAS). */
                            loras: number;
                            /** @description Largest body (MAX_BODY_MB). */
                            body_mb: number;
                            /** @description Of this key (RATE_LIMIT_PER_MINUTE); null: any number. */
                            requests_per_minute: number | null;
                            /** @description Requests of this key that may wait (MAX_QUEUE_PER_KEY). */
                            waiting: number;
                            /** @description After which pictures go (RETENTION_HOURS); null: they stay. */
                            retention_hours: number | null;
                        };
                        /** @description Of this server. */
                        version: string;
                        /** @description Id of the key; null on an open server. */
                        key_id: string | null;
                        /** @description Id of the project that it acts in. */
                        project: string;
                        /**
                         * Format: date-time
                         * @description When the session ends; null on an open server, and for a key that is sent with each request.
                         */
                        expires_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "dk_…",
                 *       "remember": true
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A key of this server. Not needed on one without keys.
                     * @example dk_…
                     */
                    key?: string;
                    /**
                     * @description For 30 days instead of 12 hours.
                     * @default false
                     */
                    remember?: boolean;
                };
            };
        };
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The server has no keys: it answers this machine only, and everybody on it is an admin. */
                        open: boolean;
                        /**
                         * @description What the asker may do; see docs/keys.md.
                         * @enum {string}
                         */
                        scope: "read" | "write" | "admin";
                        /** @description Whether it may upload LoRA files (UPLOAD_SCOPE). */
                        may_upload: boolean;
                        /** @description What one key may ask for. */
                        limits: {
                            /** @description In one request (MAX_PROMPTS). */
                            prompts: number;
                            /** @description In one request (MAX_LORAS). */
                            loras: number;
                            /** @description Largest body (MAX_BODY_MB). */
                            body_mb: number;
                            /** @description Of this key (RATE_LIMIT_PER_MINUTE); null: any number. */
                            requests_per_minute: number | null;
                            /** @description Requests of this key that may wait (MAX_QUEUE_PER_KEY). */
                            waiting: number;
                            /** @description After which pictures go (RETENTION_HOURS); null: they stay. */
                            retention_hours: number | null;
                        };
                        /** @description Of this server. */
                        version: string;
                        /** @description Id of the key; null on an open server. */
                        key_id: string | null;
                        /** @description Id of the project that it acts in. */
                        project: string;
                        /**
                         * Format: date-time
                         * @description When the session ends; null on an open server, and for a key that is sent with each request.
                         */
                        expires_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description False when there was no session. */
                        ended: boolean;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    zipOutputs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "outputs": [
                 *         {
                 *           "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                 *           "index": 0
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Which, up to 2,000. */
                    outputs: {
                        request_id: string;
                        index: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description The ZIP file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    inspectPicture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/png": string;
                "image/jpeg": string;
                "image/webp": string;
                "video/mp4": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description What the picture says of itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sha256: string;
                        /** @example png */
                        format: string;
                        width: number | null;
                        height: number | null;
                        /** @description The output of this server that the file is, byte for byte. */
                        known: {
                            request_id: string;
                            index: number;
                        } | null;
                        /** @description The contact sheet that it is the picture of, if it still exists. */
                        sheet: {
                            sheet_id: string;
                        } | null;
                        /** @description How it was made; null when it does not say. */
                        recipe: components["schemas"]["Recipe"] | null;
                        /** @description What another tool wrote into it, when we did not make it. */
                        foreign: {
                            /** @description The text of the other tool, as it stands in the file. */
                            parameters: string;
                        } | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createInference: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A name of your choice for this request: sending it again with the same body answers with the same request instead of a second one.
                 * @example 3f1c9a52-order-17
                 */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "flux",
                 *       "loras": [
                 *         {
                 *           "path": "my_lora.safetensors",
                 *           "network_multiplier": 1
                 *         }
                 *       ],
                 *       "trigger_word": "my_subject",
                 *       "prompts": [
                 *         {
                 *           "prompt": "a photo of [trigger] in the rain",
                 *           "width": 1024,
                 *           "height": 1024,
                 *           "seed": 42
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A model id of GET /v1/models: chroma, demo, flex1, flex2, flux, flux2, flux2_diffusers, flux2_klein_4b, flux2_klein_9b, flux_kontext, flux_schnell, hidream, hidream_e1, krea2, krea2_o_edit, krea2_o_edit_turbo, krea2_turbo, ltx2, ltx2.3, lumina2, minimax_h3, omnigen2, qwen_image, qwen_image_2512, qwen_image_edit, qwen_image_edit_plus, qwen_image_edit_plus_2511, sd15, sdxl, wan21_14b, wan21_1b, wan21_i2v_14b, wan21_i2v_14b480p, wan22_14b_i2v, wan22_14b_t2v, wan22_5b, zimage, zimage_deturbo, zimage_turbo
                     * @example flux
                     */
                    model: string;
                    /** @description LoRAs to apply, together. Required, with at least one item, unless `base_only` is true. */
                    loras?: {
                        /**
                         * @description A .safetensors file: a path relative to WORKFLOWS_BASE_PATH, an http(s) URL, or `hf:owner/repo[/file]`.
                         * @example my_lora.safetensors
                         */
                        path: string;
                        /**
                         * @description Strength of the LoRA. Default 1.
                         * @example 1
                         */
                        network_multiplier?: number | null;
                        /** @description For models with a high- and a low-noise transformer (MoE): which of them the file is for. Others refuse it. */
                        transformer?: ("low" | "high") | null;
                    }[] | null;
                    /** @description Render the base model without any LoRA. */
                    base_only?: boolean | null;
                    /** @description One picture or video each. */
                    prompts: {
                        /**
                         * @description What to render. `[trigger]` and `[name]` in it are replaced by the trigger word; white space at both ends is left out, as in the trainer.
                         * @example a photo of [trigger] in the rain
                         */
                        prompt: string;
                        /**
                         * @description Replaces `[trigger]` and `[name]` in this prompt.
                         * @example my_subject
                         */
                        trigger_word?: string | null;
                        /** @description Negative prompt, where the model has one. false, as in the trainer, is none. */
                        neg?: (string | false) | null;
                        /**
                         * @description Pixels; floored to the divisor of the model.
                         * @example 1024
                         */
                        width?: number | null;
                        /**
                         * @description Pixels; floored to the divisor of the model.
                         * @example 1024
                         */
                        height?: number | null;
                        /** @description Denoising steps. */
                        sample_steps?: number | null;
                        /** @description How closely the prompt is followed. */
                        guidance_scale?: number | null;
                        /** @description SDXL: how far guidance is kept from changing the spread of values. Default 0, not at all. */
                        guidance_rescale?: number | null;
                        /** @description Qwen-Image-Edit-2509 and later: whether guidance keeps the length of the prediction. Default false. */
                        do_cfg_norm?: boolean | null;
                        /** @description Name of the trainer’s sampler, for models that have several (SDXL, SD 1.5; default ddpm): see `samplers` of GET /v1/models. Models of flow matching have flowmatch alone, and name any other in `warnings`. */
                        sampler?: string | null;
                        /** @description Frames of a video. */
                        num_frames?: number | null;
                        /** @description Frames per second of a video. */
                        fps?: number | null;
                        /** @description Picture to begin with, on models with `abilities` of that kind (GET /v1/models): base64, a data URL, or an http(s) URL. It is stretched to `width` and `height`; of one of them the other follows in its shape, and without both it keeps its own size, scaled down to the pixels that the model usually makes. */
                        image?: string | null;
                        /** @description Only with `image`: what is white in it is painted anew, what is black is kept. Stretched over `image`. */
                        mask_image?: string | null;
                        /**
                         * @description Only with `image`: how little is left of it, as the share of the steps that are run on it. Default 0.8.
                         * @example 0.6
                         */
                        strength?: number | null;
                        /**
                         * @description Strength of the LoRAs in this prompt, in place of their own: one number for all of them, or a list with one for each.
                         * @example 0.8
                         */
                        network_multiplier?: (number | number[]) | null;
                        /**
                         * @description Default: that of the request, else 42 plus the index of the prompt. -1 draws one and tells it.
                         * @example 42
                         */
                        seed?: number | null;
                        /** @description High renders at twice the size, on models that can; others name it in `warnings`. */
                        resolution?: ("Default" | "High") | null;
                        /** @description Control image: base64, a data URL, or an http(s) URL of a PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP. */
                        ctrl_img?: string | null;
                        /** @description First of several control images. When any of these is given, `ctrl_img` is not used. */
                        ctrl_img_1?: string | null;
                        /** @description Second control image. */
                        ctrl_img_2?: string | null;
                        /** @description Third control image. */
                        ctrl_img_3?: string | null;
                        /** @description Flex.2: 0 fills in what is transparent in the control image, 1 follows it as a control picture. Default: by whether any of it is transparent. */
                        ctrl_idx?: number | null;
                    }[];
                    /** @description Replaces `[trigger]` and `[name]` in prompts that have no trigger word of their own. One that is in no prompt is named in `warnings`. */
                    trigger_word?: string | null;
                    /** @description Read flags such as `--w 512` out of prompts, as the trainer's previews do: see docs/prompts.md. Default false: they stay in the text, with a warning. */
                    prompt_flags?: boolean | null;
                    /** @description Of prompts that do not say it. Negative prompt, where the model has one. false, as in the trainer, is none. */
                    neg?: (string | false) | null;
                    /**
                     * @description Of prompts that do not say it. Pixels; floored to the divisor of the model.
                     * @example 1024
                     */
                    width?: number | null;
                    /**
                     * @description Of prompts that do not say it. Pixels; floored to the divisor of the model.
                     * @example 1024
                     */
                    height?: number | null;
                    /** @description Of prompts that do not say it. Denoising steps. */
                    sample_steps?: number | null;
                    /** @description Of prompts that do not say it. How closely the prompt is followed. */
                    guidance_scale?: number | null;
                    /** @description Of prompts that do not say it. SDXL: how far guidance is kept from changing the spread of values. Default 0, not at all. */
                    guidance_rescale?: number | null;
                    /** @description Of prompts that do not say it. Qwen-Image-Edit-2509 and later: whether guidance keeps the length of the prediction. Default false. */
                    do_cfg_norm?: boolean | null;
                    /** @description Of prompts that do not say it. Name of the trainer’s sampler, for models that have several (SDXL, SD 1.5; default ddpm): see `samplers` of GET /v1/models. Models of flow matching have flowmatch alone, and name any other in `warnings`. */
                    sampler?: string | null;
                    /** @description Of prompts that do not say it. Frames of a video. */
                    num_frames?: number | null;
                    /** @description Of prompts that do not say it. Frames per second of a video. */
                    fps?: number | null;
                    /** @description Of prompts that do not say it. Picture to begin with, on models with `abilities` of that kind (GET /v1/models): base64, a data URL, or an http(s) URL. It is stretched to `width` and `height`; of one of them the other follows in its shape, and without both it keeps its own size, scaled down to the pixels that the model usually makes. */
                    image?: string | null;
                    /** @description Of prompts that do not say it. Only with `image`: what is white in it is painted anew, what is black is kept. Stretched over `image`. */
                    mask_image?: string | null;
                    /**
                     * @description Of prompts that do not say it. Only with `image`: how little is left of it, as the share of the steps that are run on it. Default 0.8.
                     * @example 0.6
                     */
                    strength?: number | null;
                    /** @description Strength of LoRAs that do not say it. Default 1. */
                    network_multiplier?: number | null;
                    /** @description Of prompts that have none: the same for all, as in the trainer, unless `walk_seed` is true. Default: 42, and it walks. */
                    seed?: number | null;
                    /** @description Whether seeds count up from prompt to prompt. Default: false where the request has a seed, true where it has none. */
                    walk_seed?: boolean | null;
                    /** @description Hugging Face token for gated checkpoints and private LoRAs. Used for this request only; stored only where TOKEN_SECRET is set, sealed with it, until the request has ended. */
                    hf_token?: string | null;
                    /**
                     * @description Whether control images, `image` and `mask_image` are turned as their EXIF orientation says. Default `upright`, as in training; `as_stored` leaves them as the trainer’s previews do.
                     * @example as_stored
                     */
                    control_orientation?: ("upright" | "as_stored") | null;
                    /** @description Krea 2 edit: whether control images see only each other, as when the LoRA was trained. Default true. */
                    kv_cache?: boolean | null;
                    /** @description Krea 2 edit: whether control images are scaled to the area of the output, as when the LoRA was trained. Default true. */
                    match_target_res?: boolean | null;
                    /** @description Decode in tiles, as the trainer's previews do with `low_vram: true`, on models whose previews can: less memory, and slightly other pixels. Default: TILED_DECODING. */
                    tiled_decoding?: boolean | null;
                    /**
                     * @description Format of still pictures. Default jpeg.
                     * @example png
                     */
                    output_format?: ("jpeg" | "png" | "webp") | null;
                    /** @description Quality of JPEG and WebP. Default 95. */
                    output_quality?: number | null;
                    /** @description Requests of a higher priority run first. Default 0. */
                    priority?: number | null;
                    /** @description Send a small preview in the events every so many steps. Default 0, none. */
                    preview_every?: number | null;
                    /**
                     * @description Called by POST when something happens to the request, signed as standardwebhooks.com describes; see docs/webhooks.md.
                     * @example https://example.com/darkroom
                     */
                    webhook_url?: string | null;
                    /**
                     * @description Which events `webhook_url` is called for. Default: all but `progress`, which is told at most twice a second.
                     * @example [
                     *       "completed"
                     *     ]
                     */
                    webhook_events?: ("started" | "progress" | "output" | "completed")[] | null;
                };
            };
        };
        responses: {
            /** @description Accepted and stored; it survives a restart of the server. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                     *       "status": "queued",
                     *       "status_url": "http://localhost:8000/v1/requests/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/status",
                     *       "result_url": "http://localhost:8000/v1/requests/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/result",
                     *       "created_at": "2026-01-31T12:00:00.000Z",
                     *       "events_url": "http://localhost:8000/v1/requests/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/events",
                     *       "cancel_url": "http://localhost:8000/v1/requests/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/cancel",
                     *       "position": 1,
                     *       "warnings": []
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Id of the request.
                         * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                         */
                        request_id: string;
                        /** @enum {string} */
                        status: "queued";
                        /** Format: uri */
                        status_url: string;
                        /** Format: uri */
                        result_url: string;
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        created_at: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this request.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        /** @description Place in the queue; 1 is next. */
                        position: number;
                        /** @description What was accepted but not used, and why. */
                        warnings: string[];
                    };
                };
            };
            /**
             * @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             *
             *     `LORA_FILE_REQUIRED`: No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.
             *
             *     `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.
             *
             *     `LORA_INCOMPATIBLE`: The LoRA was made for another model family. The message names the likely one.
             *
             *     `LORA_DOWNLOAD_FAILED`: The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.
             *
             *     `SINGLE_LORA_ONLY`: The server runs with MAX_LORAS=1 and more than one LoRA was sent.
             *
             *     `TOO_MANY_LORAS`: More LoRAs than MAX_LORAS were sent.
             *
             *     `MOE_FORMAT_REQUIRED`: This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.
             *
             *     `MOE_FORMAT_NOT_SUPPORTED`: `transformer` was sent for a model that has only one.
             *
             *     `SINGLE_MOE_CONFIG_ONLY`: More than one LoRA for one side while MAX_LORAS=1.
             *
             *     `PROMPT_INVALID`: A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, fewer steps than it can render with, or an `image` or `mask_image` for a model that does not begin with one.
             *
             *     `CONTROL_IMAGE_REQUIRED`: This model edits or animates a picture: the prompt needs `ctrl_img`.
             *
             *     `CONTROL_IMAGE_INVALID`: The control image, `image` or `mask_image` cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.
             *
             *     `WEBHOOK_INVALID`: `webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.
             *
             *     `SIZE_INVALID`: Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.
             *
             *     `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             *
             *     `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ENGINE_UNAVAILABLE`: No engine can take the model right now. GET /ready says why.
             *
             *     `MODEL_FILES_MISSING`: The base checkpoint is not on this machine and cannot be downloaded (offline, gated or no token).
             *
             *     `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request as it was sent, and what it has made so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the request.
                         * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                         */
                        request_id: string;
                        /** @description Model id. */
                        model: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        /** @description `render`, `train` or `import`. */
                        kind: string;
                        /** @description API that it was sent in; `native` is this one. */
                        dialect: string;
                        priority: number;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** @description The body as it was sent, in the words of its API, without tokens and pictures; null where it was not stored. */
                        request: unknown;
                        outputs: {
                            /** @description Of the request that made it. */
                            request_id: string;
                            /** @description Index of the prompt. */
                            index: number;
                            model: string;
                            /** @enum {string} */
                            kind: "image" | "video";
                            /** @enum {string} */
                            format: "jpeg" | "png" | "webp" | "mp4";
                            width: number;
                            height: number;
                            num_frames: number;
                            fps: number | null;
                            /** Format: int64 */
                            seed: number;
                            /**
                             * Format: uri
                             * @description Fetches the file, with a key or a session; it never changes, so it can be cached.
                             */
                            url: string;
                            /**
                             * Format: uri
                             * @description A small WebP; takes `?w=256` or `?w=512`.
                             */
                            thumbnail_url: string;
                            bytes: number;
                            sha256: string;
                            /** Format: date-time */
                            created_at: string;
                            /** @description Kept by retention, with its request. */
                            favourite: boolean;
                            tags: string[];
                            /** @description Null for what versions up to 0.1 made. */
                            recipe: components["schemas"]["Recipe"] | null;
                        }[];
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state, and the progress. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                     *       "model": "flux",
                     *       "status": "in_progress",
                     *       "created_at": "2026-01-31T12:00:00.000Z",
                     *       "started_at": "2026-01-31T12:00:01.000Z",
                     *       "finished_at": null,
                     *       "error": null,
                     *       "error_code": null,
                     *       "error_details": null,
                     *       "progress": {
                     *         "phase": "denoising",
                     *         "prompt": 0,
                     *         "prompts": 1,
                     *         "step": 7,
                     *         "total": 25,
                     *         "fraction": 0.28,
                     *         "position": null,
                     *         "eta_seconds": 6.4
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Id of the request.
                         * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                         */
                        request_id: string;
                        /** @description Model id. */
                        model: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** @description What was accepted but not used, and why. */
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is finished so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                     *       "model": "flux",
                     *       "status": "succeeded",
                     *       "created_at": "2026-01-31T12:00:00.000Z",
                     *       "started_at": "2026-01-31T12:00:01.000Z",
                     *       "finished_at": "2026-01-31T12:00:11.000Z",
                     *       "error": null,
                     *       "error_code": null,
                     *       "error_details": null,
                     *       "outputs": {
                     *         "images": [
                     *           {
                     *             "format": "jpeg",
                     *             "index": 0,
                     *             "width": 1024,
                     *             "height": 1024,
                     *             "seed": 42,
                     *             "network_multipliers": [
                     *               1
                     *             ],
                     *             "file_path": "/srv/darkroom/outputs/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/01KB0T5M7Q8WZ3X9Y2R4V6N8PA_output_0.jpg",
                     *             "url": "http://localhost:8000/v1/requests/01KB0T5M7Q8WZ3X9Y2R4V6N8PA/outputs/0",
                     *             "bytes": 412345,
                     *             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *           }
                     *         ],
                     *         "videos": []
                     *       },
                     *       "metadata": {
                     *         "model": "flux",
                     *         "base_model": "black-forest-labs/FLUX.1-dev",
                     *         "revision": "main",
                     *         "inference_time": 9.1,
                     *         "timings": {
                     *           "load_pipeline": 0,
                     *           "apply_loras": 0.4,
                     *           "prompts": [
                     *             {
                     *               "index": 0,
                     *               "seconds": 9.1
                     *             }
                     *           ]
                     *         },
                     *         "versions": {
                     *           "torch": "2.13.0",
                     *           "diffusers": "0.40.0"
                     *         },
                     *         "loras": [
                     *           {
                     *             "path": "my_lora.safetensors",
                     *             "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                     *             "network_multiplier": 1
                     *           }
                     *         ]
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Id of the request.
                         * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                         */
                        request_id: string;
                        /** @description Model id. */
                        model: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        /** @description What is finished so far, in the order of the prompts. */
                        outputs: {
                            images: {
                                /** @enum {string} */
                                format: "jpeg" | "png" | "webp";
                                /** @description Index of the prompt. */
                                index: number;
                                width: number;
                                height: number;
                                /** Format: int64 */
                                seed: number;
                                /** @description Strength of each LoRA of the request here. Null in results of earlier versions. */
                                network_multipliers: number[] | null;
                                /** @description Where the file is on the server. */
                                file_path: string;
                                /**
                                 * Format: uri
                                 * @description Fetches the file; signed for a day where the server asks for keys.
                                 */
                                url: string;
                                /** @description Size of the file. */
                                bytes: number;
                                /** @description Hash of the file. */
                                sha256: string;
                            }[];
                            videos: {
                                /** @enum {string} */
                                format: "mp4";
                                /** @description Index of the prompt. */
                                index: number;
                                width: number;
                                height: number;
                                /** Format: int64 */
                                seed: number;
                                /** @description Strength of each LoRA of the request here. Null in results of earlier versions. */
                                network_multipliers: number[] | null;
                                /** @description Where the file is on the server. */
                                file_path: string;
                                /**
                                 * Format: uri
                                 * @description Fetches the file; signed for a day where the server asks for keys.
                                 */
                                url: string;
                                /** @description Size of the file. */
                                bytes: number;
                                /** @description Hash of the file. */
                                sha256: string;
                                num_frames: number;
                                fps: number;
                            }[];
                        };
                        metadata: {
                            model: string;
                            /** @description Repository of the base checkpoint. */
                            base_model: string;
                            /** @description Its revision. */
                            revision: string;
                            /** @description Seconds of rendering, without loading. */
                            inference_time: number | null;
                            timings: {
                                /** @description Seconds of loading the base checkpoint. */
                                load_pipeline: number | null;
                                /** @description Seconds of merging the LoRAs. */
                                apply_loras: number | null;
                                prompts: {
                                    index: number;
                                    seconds: number;
                                }[];
                            };
                            versions: {
                                [key: string]: string;
                            };
                            loras: {
                                path: string;
                                /** @description Of the file; null until one by URL has been downloaded. */
                                sha256: string | null;
                                network_multiplier: number;
                            }[];
                        };
                        /** @description What was accepted but not used, and why. */
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRequests: {
        parameters: {
            query?: {
                /** @description Only requests in this state. */
                status?: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                /** @description What is to be done. Default `render`. */
                kind?: "render" | "train" | "import" | "replay" | "verification";
                /** @description Only requests for this model id. */
                model?: string;
                /** @description Requests in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        requests: {
                            /**
                             * @description Id of the request.
                             * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                             */
                            request_id: string;
                            /** @description Model id. */
                            model: string;
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                            /**
                             * Format: date-time
                             * @example 2026-01-31T12:00:00.000Z
                             */
                            created_at: string;
                            started_at: string | null;
                            finished_at: string | null;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            /** @description How many prompts it has. */
                            prompts: number;
                            /** @description How many of them are finished. */
                            outputs: number;
                            /** Format: uri */
                            status_url: string;
                            /** Format: uri */
                            result_url: string;
                        }[];
                        /** @description Send it as `cursor` for the next page; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state, and the progress. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                     *       "model": "flux",
                     *       "status": "in_progress",
                     *       "created_at": "2026-01-31T12:00:00.000Z",
                     *       "started_at": "2026-01-31T12:00:01.000Z",
                     *       "finished_at": null,
                     *       "error": null,
                     *       "error_code": null,
                     *       "error_details": null,
                     *       "progress": {
                     *         "phase": "denoising",
                     *         "prompt": 0,
                     *         "prompts": 1,
                     *         "step": 7,
                     *         "total": 25,
                     *         "fraction": 0.28,
                     *         "position": null,
                     *         "eta_seconds": 6.4
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Id of the request.
                         * @example 01KB0T5M7Q8WZ3X9Y2R4V6N8PA
                         */
                        request_id: string;
                        /** @description Model id. */
                        model: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * Format: date-time
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** @description What was accepted but not used, and why. */
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    followRequest: {
        parameters: {
            query?: {
                /** @description Same as the header, for clients that cannot set it. */
                last_event_id?: string;
            };
            header?: {
                /** @description `id` of the last event received. */
                "last-event-id"?: string;
            };
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, until the request has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    followAll: {
        parameters: {
            query?: {
                /** @description Same as the header, for clients that cannot set it. */
                last_event_id?: string;
            };
            header?: {
                /** @description `id` of the last event received. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, until the connection ends. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listOutputs: {
        parameters: {
            query?: {
                /** @description Words that are all in the prompt, in any case. */
                text?: string;
                /** @description Only of this model id. */
                model?: string;
                /** @description Only with the LoRA of this SHA-256. */
                lora?: string;
                /** @description Only favourites, or only others. */
                favourite?: "true" | "false";
                /** @description Only with this tag. */
                tag?: string;
                kind?: "image" | "video";
                /** @description Only made at or after this moment. */
                from?: string;
                /** @description Only made before this moment. */
                to?: string;
                /** @description Rows in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        outputs: {
                            /** @description Of the request that made it. */
                            request_id: string;
                            /** @description Index of the prompt. */
                            index: number;
                            model: string;
                            /** @enum {string} */
                            kind: "image" | "video";
                            /** @enum {string} */
                            format: "jpeg" | "png" | "webp" | "mp4";
                            width: number;
                            height: number;
                            num_frames: number;
                            fps: number | null;
                            /** Format: int64 */
                            seed: number;
                            /**
                             * Format: uri
                             * @description Fetches the file, with a key or a session; it never changes, so it can be cached.
                             */
                            url: string;
                            /**
                             * Format: uri
                             * @description A small WebP; takes `?w=256` or `?w=512`.
                             */
                            thumbnail_url: string;
                            bytes: number;
                            sha256: string;
                            /** Format: date-time */
                            created_at: string;
                            /** @description Kept by retention, with its request. */
                            favourite: boolean;
                            tags: string[];
                            /** @description Null for what versions up to 0.1 made. */
                            recipe: components["schemas"]["Recipe"] | null;
                        }[];
                        /** @description Send it as `cursor` for the next page; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOutput: {
        parameters: {
            query?: {
                /** @description Present: offer the file for saving. */
                download?: string;
                /** @description Part of a signed URL. */
                expires?: string;
                /** @description Part of a signed URL. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
                /**
                 * @description Index of the prompt.
                 * @example 0
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                    "video/mp4": string;
                };
            };
            /** @description The part that the `Range` header asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                    "video/mp4": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RANGE_NOT_SATISFIABLE`: The `Range` header asks for bytes behind the end of the file. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteOutput: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
                /**
                 * @description Index of the prompt.
                 * @example 0
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        removed: true;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_UNFINISHED`: This can be done when the request has ended. Wait, or cancel it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    markOutput: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
                /**
                 * @description Index of the prompt.
                 * @example 0
                 */
                index: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "favourite": true,
                 *       "tags": [
                 *         "keep"
                 *       ]
                 *     }
                 */
                "application/json": {
                    favourite?: boolean;
                    /** @description In place of those that it has. */
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description A picture or video. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of the request that made it. */
                        request_id: string;
                        /** @description Index of the prompt. */
                        index: number;
                        model: string;
                        /** @enum {string} */
                        kind: "image" | "video";
                        /** @enum {string} */
                        format: "jpeg" | "png" | "webp" | "mp4";
                        width: number;
                        height: number;
                        num_frames: number;
                        fps: number | null;
                        /** Format: int64 */
                        seed: number;
                        /**
                         * Format: uri
                         * @description Fetches the file, with a key or a session; it never changes, so it can be cached.
                         */
                        url: string;
                        /**
                         * Format: uri
                         * @description A small WebP; takes `?w=256` or `?w=512`.
                         */
                        thumbnail_url: string;
                        bytes: number;
                        sha256: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @description Kept by retention, with its request. */
                        favourite: boolean;
                        tags: string[];
                        /** @description Null for what versions up to 0.1 made. */
                        recipe: components["schemas"]["Recipe"] | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `replay_id` of the replay. */
                replay_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a replay stands, and what it has shown. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        replay_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /** @description Null until it is known. `same_file`: byte for byte. `same_pixels`. `rounding`: apart by no more than what another device or library does. `another_picture`. `cannot`: something is missing. */
                        verdict: ("same_file" | "same_pixels" | "rounding" | "another_picture" | "cannot") | null;
                        /** @description The verdict, for people. */
                        sentence: string | null;
                        /** @description Of the comparison; docs/verify.md has the scale. */
                        grade: ("identical" | "rounding" | "same_picture" | "different") | null;
                        figures: components["schemas"]["Figures"] | null;
                        /** @description Whether device, versions and how weights are held are known to be the same: then the file has to be, too. */
                        same_environment: boolean | null;
                        differences: {
                            field: string;
                            before: string | null;
                            after: string | null;
                            /**
                             * @description `picture`: has to be equal. `precision`: changes values a little. `environment`: may differ.
                             * @enum {string}
                             */
                            kind: "picture" | "precision" | "environment";
                        }[];
                        missing: {
                            /** @enum {string} */
                            kind: "recipe" | "model" | "checkpoint" | "lora" | "picture";
                            sha256: string | null;
                            what: string;
                            /** @description To get it. */
                            how: string;
                        }[];
                        original: {
                            sha256: string;
                            /** @enum {string} */
                            format: "png" | "jpeg" | "webp" | "mp4";
                            /** @description That made it, where this server has. */
                            request_id: string | null;
                            index: number | null;
                            recipe: components["schemas"]["Recipe"];
                        };
                        /** @description Of the request that makes it again. */
                        request_id: string | null;
                        /** @description The new file, once it is made. */
                        output_url: string | null;
                        /** @description Of the new file. */
                        sha256: string | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this replay.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSheets: {
        parameters: {
            query?: {
                /** @description Sheets in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheets: {
                            sheet_id: string;
                            model: string;
                            /**
                             * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                             * @enum {string}
                             */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description Cells by how they stand. */
                            counts: {
                                cells: number;
                                in_queue: number;
                                in_progress: number;
                                succeeded: number;
                                failed: number;
                                canceled: number;
                                /** @description Cells whose picture is gone. Resuming renders them again. */
                                removed: number;
                            };
                            failed_cells: number;
                            axes: {
                                id: string;
                                name: string;
                                with: string | null;
                                labels: string[];
                            }[];
                            /** Format: date-time */
                            created_at: string;
                            /** Format: uri */
                            url: string;
                            /**
                             * Format: uri
                             * @description The picture of the whole, drawn from what is there.
                             */
                            image_url: string;
                            /** Format: uri */
                            manifest_url: string;
                            /**
                             * Format: uri
                             * @description Cells, picture, manifest and an HTML page.
                             */
                            zip_url: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createSheet: {
        parameters: {
            query?: {
                /** @description `true`: only say what it would take. */
                dry_run?: "true" | "false";
            };
            header?: {
                /** @description A name of your choice: sending the same body again answers with the same sheet. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "flux",
                 *       "common": {
                 *         "width": 768,
                 *         "height": 768,
                 *         "sample_steps": 25
                 *       },
                 *       "axes": [
                 *         {
                 *           "name": "lora",
                 *           "values": [
                 *             null,
                 *             "neon.safetensors"
                 *           ]
                 *         },
                 *         {
                 *           "name": "prompt",
                 *           "values": [
                 *             "a red apple",
                 *             "a cat"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description A model id of GET /v1/models: chroma, demo, flex1, flex2, flux, flux2, flux2_diffusers, flux2_klein_4b, flux2_klein_9b, flux_kontext, flux_schnell, hidream, hidream_e1, krea2, krea2_o_edit, krea2_o_edit_turbo, krea2_turbo, ltx2, ltx2.3, lumina2, minimax_h3, omnigen2, qwen_image, qwen_image_2512, qwen_image_edit, qwen_image_edit_plus, qwen_image_edit_plus_2511, sd15, sdxl, wan21_14b, wan21_1b, wan21_i2v_14b, wan21_i2v_14b480p, wan22_14b_i2v, wan22_14b_t2v, wan22_5b, zimage, zimage_deturbo, zimage_turbo
                     * @example flux
                     */
                    model: string;
                    /**
                     * @description What all cells have: fields of POST /v1/inference and of its prompts, such as `width`, `sample_steps`, `seed`, and `prompt` where no axis says it.
                     * @example {
                     *       "width": 768,
                     *       "height": 768,
                     *       "sample_steps": 25
                     *     }
                     */
                    common?: {
                        [key: string]: unknown;
                    } | null;
                    /** @description LoRAs of all cells, behind those of the axes. */
                    loras?: {
                        /**
                         * @description A .safetensors file: a path relative to WORKFLOWS_BASE_PATH, an http(s) URL, or `hf:owner/repo[/file]`.
                         * @example my_lora.safetensors
                         */
                        path: string;
                        /**
                         * @description Strength of the LoRA. Default 1.
                         * @example 1
                         */
                        network_multiplier?: number | null;
                        /** @description For models with a high- and a low-noise transformer (MoE): which of them the file is for. Others refuse it. */
                        transformer?: ("low" | "high") | null;
                    }[] | null;
                    /** @description Replaces `[trigger]` in prompts, where the LoRA of the cell brings no trigger word of its own. Default: that of the model whose epochs are compared. */
                    trigger_word?: string | null;
                    /** @description Cells are all combinations of their values. */
                    axes: {
                        /**
                         * @description What its values change.
                         * @enum {string}
                         */
                        name: "prompt" | "neg" | "seed" | "lora" | "epoch" | "scale" | "steps" | "guidance" | "size" | "frames" | "option" | "control";
                        /** @description What layout and `with` call it. Default: its name. */
                        id?: string | null;
                        /**
                         * @description One or more. `prompt`: a text of up to 20000 characters; `neg`: a text, or false for none; `seed`: an integer from -1; -1 draws one; `lora`: a path, a LoRA {"path", "network_multiplier"}, a list of them, {"loras", "trigger_word", "label"}, or null for none; `epoch`: a LoRA path, such as model_…@250, or null for none; `scale`: a number from -10 to 10; `steps`: an integer from 1 to 150; `guidance`: a number from 0 to 20; `size`: "768x1024" or {"width", "height"}, each side from 64 to 4096; `frames`: an integer from 1 to 1000; `option`: true, false, a number or a text; `control`: a picture (base64, data URL or http(s) URL), a list of up to three, or null for none.
                         * @example [
                         *       0.6,
                         *       0.8,
                         *       1
                         *     ]
                         */
                        values?: unknown[] | null;
                        /** @description What stands in the picture for each value. */
                        labels?: string[] | null;
                        /**
                         * @description Goes along with that axis, value by value, in place of multiplying the cells.
                         * @example prompt
                         */
                        with?: string | null;
                        /** @description Of an `epoch` axis: whose epochs, in place of `values`. */
                        lora?: {
                            /** @description Id of a training. */
                            training?: string;
                            /** @description Id or name of a model of the registry. */
                            model?: string;
                            /**
                             * @description Which of its epochs: all, the last, or those of these steps.
                             * @default all
                             */
                            steps?: "all" | "last" | number[];
                        } | null;
                        /** @description Of a `scale` axis: the LoRA that it scales, by its place in the stack of the cell, or all of it. Default 0. */
                        row?: (number | "all") | null;
                        /**
                         * @description Of an `option` axis: the field that it sets.
                         * @example kv_cache
                         */
                        option?: ("kv_cache" | "match_target_res" | "do_cfg_norm" | "tiled_decoding" | "sampler" | "resolution" | "guidance_rescale" | "fps" | "strength" | "ctrl_idx") | null;
                    }[];
                    /** @description Where the axes stand in the picture. Those that it leaves out are pages. Default: the first in rows, the second in columns. */
                    layout?: {
                        /**
                         * @description Names of axes, the slowest first.
                         * @example [
                         *       "epoch"
                         *     ]
                         */
                        rows?: string[] | null;
                        /**
                         * @description Names of axes, the slowest first.
                         * @example [
                         *       "epoch"
                         *     ]
                         */
                        columns?: string[] | null;
                        /**
                         * @description Names of axes, the slowest first.
                         * @example [
                         *       "epoch"
                         *     ]
                         */
                        pages?: string[] | null;
                    } | null;
                    /** @description Add the base model to the first axis of LoRAs, or of scales: one row or column without LoRA. Default false. */
                    base_cells?: boolean | null;
                    /** @description What becomes of the rest when a cell fails. Default `continue`. */
                    on_error?: ("continue" | "stop") | null;
                    /** @description Whether pictures that this key has made with the same recipe are shown in place of new ones. Default true. */
                    reuse?: boolean | null;
                    /** @description Format of the pictures of cells. Default png. */
                    cell_format?: ("png" | "jpeg" | "webp") | null;
                    /** @description The picture of the whole sheet. Tiles shrink where it would have more than 100 megapixels. */
                    image?: {
                        /** @description Default webp. */
                        format?: ("webp" | "png" | "jpeg") | null;
                        /** @description Longest side of a cell in it, in pixels. Default 384. */
                        tile?: number | null;
                    } | null;
                    /** @description Of its requests. Default -10, so that single pictures go first. */
                    priority?: number | null;
                    /** @description As in POST /v1/inference. */
                    hf_token?: string | null;
                    /** @description Called for the request of each picture, as in POST /v1/inference. */
                    webhook_url?: string | null;
                    /** @description As in POST /v1/inference. */
                    webhook_events?: ("started" | "progress" | "output" | "completed")[] | null;
                };
            };
        };
        responses: {
            /** @description The sheet, or what it would take. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        model: string;
                        /**
                         * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                         * @enum {string}
                         */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        /** @description Cells by how they stand. */
                        counts: {
                            cells: number;
                            in_queue: number;
                            in_progress: number;
                            succeeded: number;
                            failed: number;
                            canceled: number;
                            /** @description Cells whose picture is gone. Resuming renders them again. */
                            removed: number;
                        };
                        failed_cells: number;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: uri */
                        url: string;
                        /**
                         * Format: uri
                         * @description The picture of the whole, drawn from what is there.
                         */
                        image_url: string;
                        /** Format: uri */
                        manifest_url: string;
                        /**
                         * Format: uri
                         * @description Cells, picture, manifest and an HTML page.
                         */
                        zip_url: string;
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        /** @description Different pictures that its cells show. */
                        pictures: number;
                        reused_cells: number;
                        /** @description Until all of it is rendered, roughly. */
                        eta_seconds: number | null;
                        /** @description Pictures that the whole is drawn as: `image_url` takes `?page=2`. */
                        image_count: number;
                        /** @description What was asked for, with the seeds that were drawn for it. */
                        request: unknown;
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            url: string | null;
                            thumbnail_url: string | null;
                        }[];
                        warnings: string[];
                    } | {
                        /** @enum {boolean} */
                        dry_run: true;
                        cells: number;
                        /** @description Different pictures that have to be made. */
                        to_render: number;
                        /** @description Cells that show a picture which there is. */
                        reused: number;
                        /** @description Times that LoRAs are merged into the model. */
                        merges: number;
                        /** @description Times that the base model is loaded. */
                        base_loads: number;
                        downloads: {
                            /** @description Of the base model; null where workers elsewhere have it. */
                            bytes: number | null;
                            /** @description LoRAs that are fetched first. */
                            loras: number;
                        };
                        disk_bytes: number;
                        seconds: {
                            low: number;
                            likely: number;
                            high: number;
                            /**
                             * @description `measured`: from pictures of this model that this server has made; else a rough guess.
                             * @enum {string}
                             */
                            source: "measured" | "guess";
                            /** @description Pictures that it is measured from. */
                            samples: number;
                        };
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        warnings: string[];
                    };
                };
            };
            /**
             * @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             *
             *     `LORA_FILE_REQUIRED`: No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.
             *
             *     `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.
             *
             *     `LORA_INCOMPATIBLE`: The LoRA was made for another model family. The message names the likely one.
             *
             *     `LORA_DOWNLOAD_FAILED`: The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.
             *
             *     `SINGLE_LORA_ONLY`: The server runs with MAX_LORAS=1 and more than one LoRA was sent.
             *
             *     `TOO_MANY_LORAS`: More LoRAs than MAX_LORAS were sent.
             *
             *     `MOE_FORMAT_REQUIRED`: This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.
             *
             *     `MOE_FORMAT_NOT_SUPPORTED`: `transformer` was sent for a model that has only one.
             *
             *     `SINGLE_MOE_CONFIG_ONLY`: More than one LoRA for one side while MAX_LORAS=1.
             *
             *     `PROMPT_INVALID`: A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, fewer steps than it can render with, or an `image` or `mask_image` for a model that does not begin with one.
             *
             *     `CONTROL_IMAGE_REQUIRED`: This model edits or animates a picture: the prompt needs `ctrl_img`.
             *
             *     `CONTROL_IMAGE_INVALID`: The control image, `image` or `mask_image` cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.
             *
             *     `WEBHOOK_INVALID`: `webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.
             *
             *     `SIZE_INVALID`: Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.
             *
             *     `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.
             *
             *     `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             *
             *     `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ENGINE_UNAVAILABLE`: No engine can take the model right now. GET /ready says why.
             *
             *     `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A contact sheet with its cells. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        model: string;
                        /**
                         * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                         * @enum {string}
                         */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        /** @description Cells by how they stand. */
                        counts: {
                            cells: number;
                            in_queue: number;
                            in_progress: number;
                            succeeded: number;
                            failed: number;
                            canceled: number;
                            /** @description Cells whose picture is gone. Resuming renders them again. */
                            removed: number;
                        };
                        failed_cells: number;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: uri */
                        url: string;
                        /**
                         * Format: uri
                         * @description The picture of the whole, drawn from what is there.
                         */
                        image_url: string;
                        /** Format: uri */
                        manifest_url: string;
                        /**
                         * Format: uri
                         * @description Cells, picture, manifest and an HTML page.
                         */
                        zip_url: string;
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        /** @description Different pictures that its cells show. */
                        pictures: number;
                        reused_cells: number;
                        /** @description Until all of it is rendered, roughly. */
                        eta_seconds: number | null;
                        /** @description Pictures that the whole is drawn as: `image_url` takes `?page=2`. */
                        image_count: number;
                        /** @description What was asked for, with the seeds that were drawn for it. */
                        request: unknown;
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            url: string | null;
                            thumbnail_url: string | null;
                        }[];
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is removed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        removed: true;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_CONFLICT`: The sheet is still being rendered, or was changed at the same moment. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A contact sheet with its cells. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        model: string;
                        /**
                         * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                         * @enum {string}
                         */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        /** @description Cells by how they stand. */
                        counts: {
                            cells: number;
                            in_queue: number;
                            in_progress: number;
                            succeeded: number;
                            failed: number;
                            canceled: number;
                            /** @description Cells whose picture is gone. Resuming renders them again. */
                            removed: number;
                        };
                        failed_cells: number;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: uri */
                        url: string;
                        /**
                         * Format: uri
                         * @description The picture of the whole, drawn from what is there.
                         */
                        image_url: string;
                        /** Format: uri */
                        manifest_url: string;
                        /**
                         * Format: uri
                         * @description Cells, picture, manifest and an HTML page.
                         */
                        zip_url: string;
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        /** @description Different pictures that its cells show. */
                        pictures: number;
                        reused_cells: number;
                        /** @description Until all of it is rendered, roughly. */
                        eta_seconds: number | null;
                        /** @description Pictures that the whole is drawn as: `image_url` takes `?page=2`. */
                        image_count: number;
                        /** @description What was asked for, with the seeds that were drawn for it. */
                        request: unknown;
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            url: string | null;
                            thumbnail_url: string | null;
                        }[];
                        warnings: string[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        /** @description May be left out. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description As in POST /v1/inference. */
                    hf_token?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description A contact sheet with its cells. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        model: string;
                        /**
                         * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                         * @enum {string}
                         */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        /** @description Cells by how they stand. */
                        counts: {
                            cells: number;
                            in_queue: number;
                            in_progress: number;
                            succeeded: number;
                            failed: number;
                            canceled: number;
                            /** @description Cells whose picture is gone. Resuming renders them again. */
                            removed: number;
                        };
                        failed_cells: number;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: uri */
                        url: string;
                        /**
                         * Format: uri
                         * @description The picture of the whole, drawn from what is there.
                         */
                        image_url: string;
                        /** Format: uri */
                        manifest_url: string;
                        /**
                         * Format: uri
                         * @description Cells, picture, manifest and an HTML page.
                         */
                        zip_url: string;
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        /** @description Different pictures that its cells show. */
                        pictures: number;
                        reused_cells: number;
                        /** @description Until all of it is rendered, roughly. */
                        eta_seconds: number | null;
                        /** @description Pictures that the whole is drawn as: `image_url` takes `?page=2`. */
                        image_count: number;
                        /** @description What was asked for, with the seeds that were drawn for it. */
                        request: unknown;
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            url: string | null;
                            thumbnail_url: string | null;
                        }[];
                        warnings: string[];
                    };
                };
            };
            /**
             * @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             *
             *     `LORA_FILE_REQUIRED`: No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.
             *
             *     `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.
             *
             *     `LORA_INCOMPATIBLE`: The LoRA was made for another model family. The message names the likely one.
             *
             *     `LORA_DOWNLOAD_FAILED`: The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.
             *
             *     `SINGLE_LORA_ONLY`: The server runs with MAX_LORAS=1 and more than one LoRA was sent.
             *
             *     `TOO_MANY_LORAS`: More LoRAs than MAX_LORAS were sent.
             *
             *     `MOE_FORMAT_REQUIRED`: This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.
             *
             *     `MOE_FORMAT_NOT_SUPPORTED`: `transformer` was sent for a model that has only one.
             *
             *     `SINGLE_MOE_CONFIG_ONLY`: More than one LoRA for one side while MAX_LORAS=1.
             *
             *     `PROMPT_INVALID`: A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, fewer steps than it can render with, or an `image` or `mask_image` for a model that does not begin with one.
             *
             *     `CONTROL_IMAGE_REQUIRED`: This model edits or animates a picture: the prompt needs `ctrl_img`.
             *
             *     `CONTROL_IMAGE_INVALID`: The control image, `image` or `mask_image` cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.
             *
             *     `WEBHOOK_INVALID`: `webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.
             *
             *     `SIZE_INVALID`: Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.
             *
             *     `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.
             *
             *     `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             *
             *     `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body.
             *
             *     `SHEET_CONFLICT`: The sheet is still being rendered, or was changed at the same moment. The message says which.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             *
             *     `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ENGINE_UNAVAILABLE`: No engine can take the model right now. GET /ready says why.
             *
             *     `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    extendSheet: {
        parameters: {
            query?: {
                /** @description `true`: only say what it would take. */
                dry_run?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Values that are there already are passed over. */
                    axes: {
                        /** @description Name (or `id`) of an axis of the sheet. */
                        name: string;
                        /** @description Values that come behind those that it has. */
                        values?: unknown[] | null;
                        /** @description What stands in the picture for each of them. */
                        labels?: string[] | null;
                        /** @description Of an `epoch` axis: the epochs, where there are more now. */
                        lora?: {
                            /** @description Id of a training. */
                            training?: string;
                            /** @description Id or name of a model of the registry. */
                            model?: string;
                            /**
                             * @description Which of its epochs: all, the last, or those of these steps.
                             * @default all
                             */
                            steps?: "all" | "last" | number[];
                        } | null;
                    }[];
                    /** @description As in POST /v1/inference. */
                    hf_token?: string | null;
                };
            };
        };
        responses: {
            /** @description The sheet, or what it would take. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        model: string;
                        /**
                         * @description `succeeded` where any cell has, see `failed_cells`; `removed` when nothing of it is left.
                         * @enum {string}
                         */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        /** @description Cells by how they stand. */
                        counts: {
                            cells: number;
                            in_queue: number;
                            in_progress: number;
                            succeeded: number;
                            failed: number;
                            canceled: number;
                            /** @description Cells whose picture is gone. Resuming renders them again. */
                            removed: number;
                        };
                        failed_cells: number;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: uri */
                        url: string;
                        /**
                         * Format: uri
                         * @description The picture of the whole, drawn from what is there.
                         */
                        image_url: string;
                        /** Format: uri */
                        manifest_url: string;
                        /**
                         * Format: uri
                         * @description Cells, picture, manifest and an HTML page.
                         */
                        zip_url: string;
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        /** @description Different pictures that its cells show. */
                        pictures: number;
                        reused_cells: number;
                        /** @description Until all of it is rendered, roughly. */
                        eta_seconds: number | null;
                        /** @description Pictures that the whole is drawn as: `image_url` takes `?page=2`. */
                        image_count: number;
                        /** @description What was asked for, with the seeds that were drawn for it. */
                        request: unknown;
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            url: string | null;
                            thumbnail_url: string | null;
                        }[];
                        warnings: string[];
                    } | {
                        /** @enum {boolean} */
                        dry_run: true;
                        cells: number;
                        /** @description Different pictures that have to be made. */
                        to_render: number;
                        /** @description Cells that show a picture which there is. */
                        reused: number;
                        /** @description Times that LoRAs are merged into the model. */
                        merges: number;
                        /** @description Times that the base model is loaded. */
                        base_loads: number;
                        downloads: {
                            /** @description Of the base model; null where workers elsewhere have it. */
                            bytes: number | null;
                            /** @description LoRAs that are fetched first. */
                            loras: number;
                        };
                        disk_bytes: number;
                        seconds: {
                            low: number;
                            likely: number;
                            high: number;
                            /**
                             * @description `measured`: from pictures of this model that this server has made; else a rough guess.
                             * @enum {string}
                             */
                            source: "measured" | "guess";
                            /** @description Pictures that it is measured from. */
                            samples: number;
                        };
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        warnings: string[];
                    };
                };
            };
            /**
             * @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             *
             *     `LORA_FILE_REQUIRED`: No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.
             *
             *     `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.
             *
             *     `LORA_INCOMPATIBLE`: The LoRA was made for another model family. The message names the likely one.
             *
             *     `LORA_DOWNLOAD_FAILED`: The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.
             *
             *     `SINGLE_LORA_ONLY`: The server runs with MAX_LORAS=1 and more than one LoRA was sent.
             *
             *     `TOO_MANY_LORAS`: More LoRAs than MAX_LORAS were sent.
             *
             *     `MOE_FORMAT_REQUIRED`: This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.
             *
             *     `MOE_FORMAT_NOT_SUPPORTED`: `transformer` was sent for a model that has only one.
             *
             *     `SINGLE_MOE_CONFIG_ONLY`: More than one LoRA for one side while MAX_LORAS=1.
             *
             *     `PROMPT_INVALID`: A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, fewer steps than it can render with, or an `image` or `mask_image` for a model that does not begin with one.
             *
             *     `CONTROL_IMAGE_REQUIRED`: This model edits or animates a picture: the prompt needs `ctrl_img`.
             *
             *     `CONTROL_IMAGE_INVALID`: The control image, `image` or `mask_image` cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.
             *
             *     `WEBHOOK_INVALID`: `webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.
             *
             *     `SIZE_INVALID`: Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.
             *
             *     `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.
             *
             *     `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             *
             *     `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body.
             *
             *     `SHEET_CONFLICT`: The sheet is still being rendered, or was changed at the same moment. The message says which.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             *
             *     `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ENGINE_UNAVAILABLE`: No engine can take the model right now. GET /ready says why.
             *
             *     `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSheetImage: {
        parameters: {
            query?: {
                /** @description Which of its `image_count` pictures. */
                page?: number;
                /** @description Present: offer the file for saving. */
                download?: string;
            };
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                    "image/png": string;
                    "image/jpeg": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSheetManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A sheet for programs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sheet_id: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                        request: unknown;
                        axes: {
                            id: string;
                            name: string;
                            with: string | null;
                            labels: string[];
                        }[];
                        layout: {
                            rows: string[];
                            columns: string[];
                            pages: string[];
                        };
                        images: {
                            width: number;
                            height: number;
                        }[];
                        cells: {
                            /** @description Index of its value on each axis. */
                            place: number[];
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "removed";
                            /** @description The request that renders it, or has. */
                            request_id: string;
                            /** @description Which of its outputs. */
                            index: number;
                            /** @description The picture was there before the sheet. */
                            reused: boolean;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            kind: ("image" | "video") | null;
                            width: number | null;
                            height: number | null;
                            seconds: number | null;
                            sha256: string | null;
                            /** @description By name of the axis. */
                            labels: {
                                [key: string]: string;
                            };
                            rectangle: {
                                /** @description Index in `images`. */
                                image: number;
                                x: number;
                                y: number;
                                width: number;
                                height: number;
                            } | null;
                            /** @description Its name in the ZIP file. */
                            file: string | null;
                            recipe: components["schemas"]["Recipe"] | null;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    zipSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `sheet_id` that POST /v1/sheets answered with. */
                sheet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ZIP file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHEET_NOT_FOUND`: No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createVerification: {
        parameters: {
            query?: never;
            header?: {
                /** @description As for POST /v1/inference. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "folder": "/data/output/my_lora",
                 *       "steps": "last"
                 *     }
                 */
                "application/json": {
                    /** @description The folder of a job of ai-toolkit, on the server. Takes an admin key. */
                    folder?: string | null;
                    /** @description In place of `folder`: the `training_id` of a training of this server. */
                    training?: string | null;
                    /**
                     * @description Steps whose previews are verified. Default `all`.
                     * @example last
                     */
                    steps?: (("all" | "last") | number[]) | null;
                    /** @description Indexes of prompts. Default: all. */
                    prompts?: number[] | null;
                    /** @description Model id, where the configuration does not name one. */
                    model?: string | null;
                    /** @description `quick` (the default): what differs is looked for with up to 12 renders. `full`: with up to 240. `off`: not. */
                    explain?: ("off" | "quick" | "full") | null;
                    /** @description In dB: what passes, in place of the usual bar. */
                    min_psnr?: number | null;
                };
            };
        };
        responses: {
            /** @description How a verification stands, and what it has shown. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        verification_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /** @description Null until it is known. */
                        verdict: ("passed" | "failed" | "nothing_comparable" | "cannot_render") | null;
                        /** @description Of the job. */
                        name: string | null;
                        model: string;
                        source: {
                            folder: string | null;
                            training: string | null;
                        };
                        /** @description What passes, for people. */
                        bar: string | null;
                        pairs: {
                            step: number;
                            /** @description Of the prompt. */
                            index: number;
                            prompt: string;
                            /** @description What ours was rendered with, for people. */
                            settings: string;
                            /** @description Name of their file. */
                            file: string;
                            /** @enum {string} */
                            grade: "identical" | "rounding" | "same_picture" | "different";
                            passed: boolean;
                            figures: components["schemas"]["Figures"] | null;
                            /** @description Why there are no figures. */
                            problem: string | null;
                            /** @description Of the request that rendered ours. */
                            request_id: string | null;
                            output_index: number | null;
                            /** @description Small ones; the difference is eight times what it is. */
                            pictures: {
                                /** Format: uri */
                                theirs: string;
                                /** Format: uri */
                                ours: string;
                                difference: string | null;
                            } | null;
                        }[];
                        skipped: {
                            step: number | null;
                            index: number | null;
                            reason: string;
                        }[];
                        causes: {
                            /** @example guidance */
                            knob: string;
                            /** @description As the job says. */
                            configured: string;
                            /** @description As the previews were made. */
                            found: string;
                            /** @description Of how many pictures that alone lifted the grade. */
                            lifted: number;
                            /** @description On how many it was tried. */
                            tried: number;
                            /** @description Mean PSNR in dB before; null where sizes differ. */
                            before: number | null;
                            after: number;
                            sentence: string;
                        }[];
                        ruled_out: string[];
                        notes: string[];
                        renders: number | null;
                        device: string | null;
                        versions: {
                            [key: string]: string;
                        };
                        loras: {
                            step: number;
                            name: string;
                            sha256: string;
                        }[];
                        /** @description A page that stands alone, once there is one. */
                        report_url: string | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this verification.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        /** Format: date-time */
                        created_at: string;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /** @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path.
             *
             *     `VERIFICATION_INVALID`: The folder is no job of ai-toolkit whose previews can be verified, or cannot be read. The message says what it is.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             *
             *     `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getVerification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `verification_id` of the verification. */
                verification_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a verification stands, and what it has shown. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        verification_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /** @description Null until it is known. */
                        verdict: ("passed" | "failed" | "nothing_comparable" | "cannot_render") | null;
                        /** @description Of the job. */
                        name: string | null;
                        model: string;
                        source: {
                            folder: string | null;
                            training: string | null;
                        };
                        /** @description What passes, for people. */
                        bar: string | null;
                        pairs: {
                            step: number;
                            /** @description Of the prompt. */
                            index: number;
                            prompt: string;
                            /** @description What ours was rendered with, for people. */
                            settings: string;
                            /** @description Name of their file. */
                            file: string;
                            /** @enum {string} */
                            grade: "identical" | "rounding" | "same_picture" | "different";
                            passed: boolean;
                            figures: components["schemas"]["Figures"] | null;
                            /** @description Why there are no figures. */
                            problem: string | null;
                            /** @description Of the request that rendered ours. */
                            request_id: string | null;
                            output_index: number | null;
                            /** @description Small ones; the difference is eight times what it is. */
                            pictures: {
                                /** Format: uri */
                                theirs: string;
                                /** Format: uri */
                                ours: string;
                                difference: string | null;
                            } | null;
                        }[];
                        skipped: {
                            step: number | null;
                            index: number | null;
                            reason: string;
                        }[];
                        causes: {
                            /** @example guidance */
                            knob: string;
                            /** @description As the job says. */
                            configured: string;
                            /** @description As the previews were made. */
                            found: string;
                            /** @description Of how many pictures that alone lifted the grade. */
                            lifted: number;
                            /** @description On how many it was tried. */
                            tried: number;
                            /** @description Mean PSNR in dB before; null where sizes differ. */
                            before: number | null;
                            after: number;
                            sentence: string;
                        }[];
                        ruled_out: string[];
                        notes: string[];
                        renders: number | null;
                        device: string | null;
                        versions: {
                            [key: string]: string;
                        };
                        loras: {
                            step: number;
                            name: string;
                            sha256: string;
                        }[];
                        /** @description A page that stands alone, once there is one. */
                        report_url: string | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this verification.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        /** Format: date-time */
                        created_at: string;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getVerificationReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `verification_id` of the verification. */
                verification_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getVerificationPicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `verification_id` of the verification. */
                verification_id: string;
                /** @description Place of the pair. */
                number: number;
                picture: "theirs" | "ours" | "difference";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listLoras: {
        parameters: {
            query?: {
                /** @description Model id that each is held against. */
                model?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, by path. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        loras: {
                            /** @description Of the file; null while it is read for the first time, and for what is no LoRA. */
                            sha256: string | null;
                            /** @description What `loras[].path` of a request names it by. */
                            path: string;
                            name: string;
                            bytes: number;
                            /** Format: date-time */
                            changed_at: string;
                            /** @description Families that it may be for, best first; empty when not recognised. */
                            families: {
                                id: string;
                                label: string;
                            }[];
                            /** @description LoRA, LoKr, LoHa, DoRA, … */
                            forms: string[];
                            ranks: number[];
                            /** @description Of its training, where it says so. */
                            step: number | null;
                            trigger_words: string[];
                            /** @description Why a request with it is refused, whatever the model. */
                            refused: string | null;
                            /** @description Whether it fits the model that was asked for; null without one. */
                            fits: boolean | null;
                        }[];
                    };
                };
            };
            /** @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    uploadLora: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description What a file says of itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sha256: string;
                        /** @description What `loras[].path` of a request names it by. */
                        path: string;
                        name: string;
                        bytes: number;
                        /** Format: date-time */
                        changed_at: string;
                        /** @description Families that it may be for, best first; empty when not recognised. */
                        families: {
                            id: string;
                            label: string;
                        }[];
                        /** @description LoRA, LoKr, LoHa, DoRA, … */
                        forms: string[];
                        ranks: number[];
                        /** @description Of its training, where it says so. */
                        step: number | null;
                        trigger_words: string[];
                        /** @description Why a request with it is refused, whatever the model. */
                        refused: string | null;
                        /** @description Empty: the rank counts as alpha. */
                        alphas: number[];
                        /** @description How its names are written. */
                        keys: string[];
                        dtypes: string[];
                        modules: number;
                        /** @description For each component, how many modules of each kind are changed. */
                        components: {
                            [key: string]: {
                                [key: string]: number;
                            };
                        };
                        /** @description Keys of no known form: they change nothing. */
                        unknown_keys: string[];
                        frequent_tags: {
                            tag: string;
                            count: number;
                        }[];
                        training: {
                            step: number | null;
                            epoch: number | null;
                            images: number | null;
                            resolution: string | null;
                            software: string | null;
                            base: string | null;
                            base_file: string | null;
                            date: string | null;
                        };
                        /** @description As it stands in the file. */
                        metadata: {
                            [key: string]: string;
                        };
                        /** @description Ids of the models that it fits, by names and widths where their base is on this machine. */
                        fitting_models: string[];
                        /** @description What the previews of its training were rendered with, as fields of POST /v1/inference: the `sample` block of the `config.yaml` beside it. Null without one. */
                        preview: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Held against the model that was asked for; null without one. */
                        fit: {
                            model: string;
                            fits: boolean;
                            /** @description Why not. */
                            problem: string | null;
                            /** @description What of it changes nothing in this model. */
                            ignored: {
                                key: string;
                                why: string;
                            }[];
                            warnings: string[];
                        } | null;
                    };
                };
            };
            /** @description `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getLora: {
        parameters: {
            query?: {
                /** @description Model id that it is held against. */
                model?: string;
            };
            header?: never;
            path: {
                /** @description Of the file, in hex. */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a file says of itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sha256: string;
                        /** @description What `loras[].path` of a request names it by. */
                        path: string;
                        name: string;
                        bytes: number;
                        /** Format: date-time */
                        changed_at: string;
                        /** @description Families that it may be for, best first; empty when not recognised. */
                        families: {
                            id: string;
                            label: string;
                        }[];
                        /** @description LoRA, LoKr, LoHa, DoRA, … */
                        forms: string[];
                        ranks: number[];
                        /** @description Of its training, where it says so. */
                        step: number | null;
                        trigger_words: string[];
                        /** @description Why a request with it is refused, whatever the model. */
                        refused: string | null;
                        /** @description Empty: the rank counts as alpha. */
                        alphas: number[];
                        /** @description How its names are written. */
                        keys: string[];
                        dtypes: string[];
                        modules: number;
                        /** @description For each component, how many modules of each kind are changed. */
                        components: {
                            [key: string]: {
                                [key: string]: number;
                            };
                        };
                        /** @description Keys of no known form: they change nothing. */
                        unknown_keys: string[];
                        frequent_tags: {
                            tag: string;
                            count: number;
                        }[];
                        training: {
                            step: number | null;
                            epoch: number | null;
                            images: number | null;
                            resolution: string | null;
                            software: string | null;
                            base: string | null;
                            base_file: string | null;
                            date: string | null;
                        };
                        /** @description As it stands in the file. */
                        metadata: {
                            [key: string]: string;
                        };
                        /** @description Ids of the models that it fits, by names and widths where their base is on this machine. */
                        fitting_models: string[];
                        /** @description What the previews of its training were rendered with, as fields of POST /v1/inference: the `sample` block of the `config.yaml` beside it. Null without one. */
                        preview: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Held against the model that was asked for; null without one. */
                        fit: {
                            model: string;
                            fits: boolean;
                            /** @description Why not. */
                            problem: string | null;
                            /** @description What of it changes nothing in this model. */
                            ignored: {
                                key: string;
                                why: string;
                            }[];
                            warnings: string[];
                        } | null;
                    };
                };
            };
            /**
             * @description `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All models, by id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            /** @example flux */
                            id: string;
                            /** @description Name for people. */
                            label: string;
                            /** @description What it is good for. */
                            description: string;
                            /**
                             * @description What it makes of what.
                             * @enum {string}
                             */
                            task: "text_to_image" | "image_editing" | "text_to_video" | "image_to_video";
                            /** @description Models of a family take each other's LoRAs. */
                            family: string;
                            /** @description Hugging Face repository of the base checkpoint. */
                            base_model: string;
                            /** @description Null for a model that ships with Darkroom. */
                            base_model_url: string | null;
                            /** @description Revision of the base checkpoint. */
                            revision: string;
                            /** @description Licence of the base checkpoint. */
                            licence: string;
                            /** @description Whether the hub wants an accepted licence and a token. */
                            gated: boolean;
                            /** @description Width and height are floored to a multiple of this. */
                            resolution_divisor: number;
                            /** @description Pixels that every picture has, about; width and height give its shape. Null: any. */
                            area: number | null;
                            /** @description More pixels than this are refused. */
                            maximum_area: number | null;
                            default_steps: number;
                            /** @description Fewer are refused. */
                            minimum_steps: number;
                            default_guidance_scale: number;
                            requires_control_image: boolean;
                            is_video_model: boolean;
                            /** @description Null for still pictures. */
                            default_num_frames: number | null;
                            /** @description Null for still pictures. */
                            default_fps: number | null;
                            /** @description What a prompt gets that leaves a field out, under the names of the fields. */
                            defaults: {
                                sample_steps: number;
                                guidance_scale: number;
                                width: number;
                                height: number;
                                /** @description Of the first prompt; each later one counts up. */
                                seed: number;
                                neg: string | null;
                                num_frames: number | null;
                                fps: number | null;
                            };
                            /** @description Frame counts are floored to step × n + offset. */
                            frames: {
                                step: number;
                                offset: number;
                            } | null;
                            /** @description How many a prompt must and may have. */
                            control_images: {
                                minimum: number;
                                maximum: number;
                            };
                            /** @description What it can do with `image`: make another picture of it, and paint anew what is white in `mask_image`. */
                            abilities: ("image_to_image" | "inpainting")[];
                            /** @description Switches of the request that the model has, and what holds when they are left out. */
                            options: {
                                [key: string]: boolean;
                            };
                            /** @description Whether requests can have it decoded in tiles, as low-memory previews are. */
                            tiled_decoding: boolean;
                            /** @description Names that `sampler` of a prompt may have. */
                            samplers: string[];
                            /** @description How guidance works, and whether a negative prompt does anything. */
                            guidance: {
                                /** @enum {string} */
                                kind: "embedded" | "cfg" | "none";
                                negative_prompt: boolean;
                            };
                            /** @description Whose LoRAs fit, and whether each must say `transformer`. */
                            lora: {
                                families: string[];
                                needs_transformer: boolean;
                            };
                            /** @description Whether POST /v1/trainings trains LoRAs of it. */
                            trainable: boolean;
                            /** @description What it makes. */
                            output: {
                                /** @enum {string} */
                                kind: "image" | "video";
                                audio: boolean;
                            };
                            /** @description Estimate for weights and one default render. */
                            memory_gib: number;
                            /** @description What else a user should know. */
                            notes: string[];
                            /** @description Page about this model, in the folder of Darkroom. */
                            docs: string;
                            /** @description A body for POST /v1/inference. */
                            example: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Model id.
                 * @example demo
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example flux */
                        id: string;
                        /** @description Name for people. */
                        label: string;
                        /** @description What it is good for. */
                        description: string;
                        /**
                         * @description What it makes of what.
                         * @enum {string}
                         */
                        task: "text_to_image" | "image_editing" | "text_to_video" | "image_to_video";
                        /** @description Models of a family take each other's LoRAs. */
                        family: string;
                        /** @description Hugging Face repository of the base checkpoint. */
                        base_model: string;
                        /** @description Null for a model that ships with Darkroom. */
                        base_model_url: string | null;
                        /** @description Revision of the base checkpoint. */
                        revision: string;
                        /** @description Licence of the base checkpoint. */
                        licence: string;
                        /** @description Whether the hub wants an accepted licence and a token. */
                        gated: boolean;
                        /** @description Width and height are floored to a multiple of this. */
                        resolution_divisor: number;
                        /** @description Pixels that every picture has, about; width and height give its shape. Null: any. */
                        area: number | null;
                        /** @description More pixels than this are refused. */
                        maximum_area: number | null;
                        default_steps: number;
                        /** @description Fewer are refused. */
                        minimum_steps: number;
                        default_guidance_scale: number;
                        requires_control_image: boolean;
                        is_video_model: boolean;
                        /** @description Null for still pictures. */
                        default_num_frames: number | null;
                        /** @description Null for still pictures. */
                        default_fps: number | null;
                        /** @description What a prompt gets that leaves a field out, under the names of the fields. */
                        defaults: {
                            sample_steps: number;
                            guidance_scale: number;
                            width: number;
                            height: number;
                            /** @description Of the first prompt; each later one counts up. */
                            seed: number;
                            neg: string | null;
                            num_frames: number | null;
                            fps: number | null;
                        };
                        /** @description Frame counts are floored to step × n + offset. */
                        frames: {
                            step: number;
                            offset: number;
                        } | null;
                        /** @description How many a prompt must and may have. */
                        control_images: {
                            minimum: number;
                            maximum: number;
                        };
                        /** @description What it can do with `image`: make another picture of it, and paint anew what is white in `mask_image`. */
                        abilities: ("image_to_image" | "inpainting")[];
                        /** @description Switches of the request that the model has, and what holds when they are left out. */
                        options: {
                            [key: string]: boolean;
                        };
                        /** @description Whether requests can have it decoded in tiles, as low-memory previews are. */
                        tiled_decoding: boolean;
                        /** @description Names that `sampler` of a prompt may have. */
                        samplers: string[];
                        /** @description How guidance works, and whether a negative prompt does anything. */
                        guidance: {
                            /** @enum {string} */
                            kind: "embedded" | "cfg" | "none";
                            negative_prompt: boolean;
                        };
                        /** @description Whose LoRAs fit, and whether each must say `transformer`. */
                        lora: {
                            families: string[];
                            needs_transformer: boolean;
                        };
                        /** @description Whether POST /v1/trainings trains LoRAs of it. */
                        trainable: boolean;
                        /** @description What it makes. */
                        output: {
                            /** @enum {string} */
                            kind: "image" | "video";
                            audio: boolean;
                        };
                        /** @description Estimate for weights and one default render. */
                        memory_gib: number;
                        /** @description What else a user should know. */
                        notes: string[];
                        /** @description Page about this model, in the folder of Darkroom. */
                        docs: string;
                        /** @description A body for POST /v1/inference. */
                        example: {
                            [key: string]: unknown;
                        };
                        /** @description A JSON Schema of what one picture is asked with: its properties are fields of POST /v1/inference, `loras` of the request and the others of a prompt. `x-hint` says how a field is drawn (prompt, text, picture, loras, size, number, seed, frames, choice, switch), and further `x-…` what that has to know. */
                        form: {
                            [key: string]: unknown;
                        };
                        state: {
                            /** @description Whether its files are on this machine; null where other machines render. */
                            installed: boolean | null;
                            /** @description About what has to be downloaded first: an estimate by its memory. */
                            missing_bytes: number | null;
                            /** @description Whether the machine has the memory for it, offloading included; null when that is unknown. */
                            fits: boolean | null;
                            /** @description Whether it is in memory. */
                            loaded: boolean;
                        };
                    };
                };
            };
            /** @description `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the webhook was told, or is to be told. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Without its query. */
                        webhook_url: string | null;
                        webhook_events: ("started" | "progress" | "output" | "completed")[];
                        deliveries: {
                            /** @description The `webhook-id` header, the same in every attempt. */
                            id: string;
                            /** @enum {string} */
                            event: "started" | "progress" | "output" | "completed";
                            /**
                             * @description `pending` is tried (again); `failed` is given up.
                             * @enum {string}
                             */
                            state: "pending" | "delivered" | "failed";
                            attempts: number;
                            /** @description Status of the last answer, if there was one. */
                            response_status: number | null;
                            /** @description Why the last attempt failed. */
                            error: string | null;
                            /** Format: date-time */
                            created_at: string;
                            last_attempt_at: string | null;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRecentDeliveries: {
        parameters: {
            query?: {
                /** @description Calls. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What webhooks were told, or are to be told. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: {
                            /** @description The `webhook-id` header, the same in every attempt. */
                            id: string;
                            /** @enum {string} */
                            event: "started" | "progress" | "output" | "completed";
                            /**
                             * @description `pending` is tried (again); `failed` is given up.
                             * @enum {string}
                             */
                            state: "pending" | "delivered" | "failed";
                            attempts: number;
                            /** @description Status of the last answer, if there was one. */
                            response_status: number | null;
                            /** @description Why the last attempt failed. */
                            error: string | null;
                            /** Format: date-time */
                            created_at: string;
                            last_attempt_at: string | null;
                            request_id: string;
                            /** @description Without its query. */
                            webhook_url: string;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPresets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those of the key, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        presets: {
                            id: string;
                            name: string;
                            model: string | null;
                            /** @description Fields of POST /v1/inference. */
                            settings: {
                                [key: string]: unknown;
                            };
                            /** Format: date-time */
                            created_at: string;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    keepPreset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Tall, 30 steps",
                 *       "settings": {
                 *         "width": 768,
                 *         "height": 1024,
                 *         "sample_steps": 30
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description One of the same name gives way to it.
                     * @example Tall, 30 steps
                     */
                    name: string;
                    /** @description Model id that it is for. Default: any. */
                    model?: string | null;
                    /** @description Fields of POST /v1/inference that are the same from picture to picture. */
                    settings: {
                        /** @description Of prompts that do not say it. Negative prompt, where the model has one. false, as in the trainer, is none. */
                        neg?: (string | false) | null;
                        /**
                         * @description Of prompts that do not say it. Pixels; floored to the divisor of the model.
                         * @example 1024
                         */
                        width?: number | null;
                        /**
                         * @description Of prompts that do not say it. Pixels; floored to the divisor of the model.
                         * @example 1024
                         */
                        height?: number | null;
                        /** @description Of prompts that do not say it. Denoising steps. */
                        sample_steps?: number | null;
                        /** @description Of prompts that do not say it. How closely the prompt is followed. */
                        guidance_scale?: number | null;
                        /** @description Of prompts that do not say it. SDXL: how far guidance is kept from changing the spread of values. Default 0, not at all. */
                        guidance_rescale?: number | null;
                        /** @description Of prompts that do not say it. Qwen-Image-Edit-2509 and later: whether guidance keeps the length of the prediction. Default false. */
                        do_cfg_norm?: boolean | null;
                        /** @description Of prompts that do not say it. Name of the trainer’s sampler, for models that have several (SDXL, SD 1.5; default ddpm): see `samplers` of GET /v1/models. Models of flow matching have flowmatch alone, and name any other in `warnings`. */
                        sampler?: string | null;
                        /** @description Of prompts that do not say it. Frames of a video. */
                        num_frames?: number | null;
                        /** @description Of prompts that do not say it. Frames per second of a video. */
                        fps?: number | null;
                        /**
                         * @description Of prompts that do not say it. Only with `image`: how little is left of it, as the share of the steps that are run on it. Default 0.8.
                         * @example 0.6
                         */
                        strength?: number | null;
                        /** @description Whether seeds count up from prompt to prompt. Default: false where the request has a seed, true where it has none. */
                        walk_seed?: boolean | null;
                        /** @description Replaces `[trigger]` and `[name]` in prompts that have no trigger word of their own. One that is in no prompt is named in `warnings`. */
                        trigger_word?: string | null;
                        /** @description Strength of LoRAs that do not say it. Default 1. */
                        network_multiplier?: number | null;
                        /** @description Krea 2 edit: whether control images see only each other, as when the LoRA was trained. Default true. */
                        kv_cache?: boolean | null;
                        /** @description Krea 2 edit: whether control images are scaled to the area of the output, as when the LoRA was trained. Default true. */
                        match_target_res?: boolean | null;
                        /** @description Decode in tiles, as the trainer's previews do with `low_vram: true`, on models whose previews can: less memory, and slightly other pixels. Default: TILED_DECODING. */
                        tiled_decoding?: boolean | null;
                        /**
                         * @description Format of still pictures. Default jpeg.
                         * @example png
                         */
                        output_format?: ("jpeg" | "png" | "webp") | null;
                        /** @description Quality of JPEG and WebP. Default 95. */
                        output_quality?: number | null;
                        /** @description Of each prompt. */
                        resolution?: ("Default" | "High") | null;
                        /** @description As `seed` of a request. */
                        seed?: number | null;
                    };
                };
            };
        };
        responses: {
            /** @description A preset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        model: string | null;
                        /** @description Fields of POST /v1/inference. */
                        settings: {
                            [key: string]: unknown;
                        };
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deletePreset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the preset. */
                preset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description False when the key has no such preset. */
                        removed: boolean;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listTrainings: {
        parameters: {
            query?: {
                /** @description Only trainings of this LoRA of the registry. */
                model?: string;
                /** @description Trainings in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        trainings: {
                            training_id: string;
                            /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                            model: string;
                            /** @description Name of the LoRA in the registry. */
                            name: string;
                            /** @description The version that it writes; null before it has begun. */
                            version: string | null;
                            /** @description Id of the base model. */
                            base: string;
                            /** @enum {string} */
                            engine: "builtin" | "ai-toolkit";
                            /** @description The training that it goes on from, if any. */
                            continues: string | null;
                            trigger_word: string | null;
                            /** @enum {string} */
                            status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                            step: number;
                            steps: number;
                            loss: number | null;
                            seconds_per_step: number | null;
                            pictures: number;
                            seed: number | string;
                            progress: {
                                /** @enum {string} */
                                phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                                /** @description Index of the prompt that is rendered. */
                                prompt: number | null;
                                /** @description How many prompts the request has. */
                                prompts: number;
                                /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                                step: number;
                                total: number;
                                /** @description 0 to 1, over the whole request. */
                                fraction: number;
                                /** @description Place in the queue, while it is queued; 1 is next. */
                                position: number | null;
                                /** @description Estimated seconds until it is finished. */
                                eta_seconds: number | null;
                                /** @description Of a training: the mean loss of its last steps. */
                                loss?: number;
                            } | null;
                            epochs: {
                                number: number;
                                /** @description Updates of the weights that it holds. */
                                step: number;
                                loss: number | null;
                                /** @description What to send as `loras[].path` to render with it. */
                                lora: string;
                                samples: {
                                    index: number;
                                    prompt: string;
                                    /** Format: uri */
                                    url: string;
                                }[];
                            }[];
                            /** Format: date-time */
                            created_at: string;
                            started_at: string | null;
                            finished_at: string | null;
                            /** @description Why it failed, in a sentence. Null unless it did. */
                            error: string | null;
                            /** @description The code of the error. */
                            error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                            /** @description Facts about the error. */
                            error_details: {
                                [key: string]: unknown;
                            } | null;
                            warnings: string[];
                            /** Format: uri */
                            events_url: string;
                            /** Format: uri */
                            loss_url: string;
                            /** Format: uri */
                            cancel_url: string;
                        }[];
                        /** @description Send it as `cursor` for the next page; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createTraining: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Id of the base model, as in GET /v1/models.
                     * @example demo
                     */
                    base?: string | null;
                    /** @description A LoRA of the registry (`model_…`) that is trained again, in place of `base`: it gets another version. */
                    model?: string | null;
                    /** @description Name of the new LoRA. Default: the trigger word. */
                    name?: string | null;
                    /**
                     * @description The training set: http(s) URLs or data URLs of an archive (zip, tar, tar.gz) or of pictures, or objects with `image` and `caption`. Files can be sent as multipart/form-data instead. Left out with `model`: the training images that the model has.
                     * @example [
                     *       "https://example.com/pictures.zip"
                     *     ]
                     */
                    dataset?: ((string | {
                        /** @description An http(s) URL, a data URL, or base64. */
                        image: string;
                        /** @description What is in the picture. */
                        caption?: string | null;
                        /** @description What errors and warnings call it. */
                        name?: string | null;
                    }) | (string | {
                        /** @description An http(s) URL, a data URL, or base64. */
                        image: string;
                        /** @description What is in the picture. */
                        caption?: string | null;
                        /** @description What errors and warnings call it. */
                        name?: string | null;
                    })[]) | null;
                    /** @description A folder of the server with the set, for admins. */
                    folder?: string | null;
                    /** @description Leave out files that cannot be used instead of refusing the set. Default false. */
                    skip_bad?: boolean | null;
                    /** @description Where captions come from. */
                    captions?: {
                        /** @description `file` (default): those of the set. `template`: `text` for all. `endpoint`: those of the set, and for pictures without one what the model at CAPTION_URL writes. `none`: the trigger word alone. */
                        mode?: ("file" | "template" | "endpoint" | "none") | null;
                        /** @description For `template`: `a photo of [trigger]`. For `endpoint`: what the model is asked. Default: to describe the picture. */
                        text?: string | null;
                        /** @description What each caption of the endpoint begins with. */
                        prefix?: string | null;
                        /** @description What each caption of the endpoint ends with. */
                        suffix?: string | null;
                    } | null;
                    /** @description Who trains. `auto` (default): Darkroom itself where it trains the model (`builtin`), else a checkout of ai-toolkit (`ai-toolkit`), where AI_TOOLKIT_PATH names one. */
                    engine?: ("auto" | "builtin" | "ai-toolkit") | null;
                    /**
                     * @description The word that calls what is trained. Default: that of `model`; an empty text is none.
                     * @example my_subject
                     */
                    trigger_word?: string | null;
                    /** @description Updates of the weights. Default: by the model and the size of the set. */
                    steps?: number | null;
                    /** @description Default: that of the model, mostly 1e-4. */
                    learning_rate?: number | null;
                    /** @description Pictures of one pass. */
                    batch_size?: number | null;
                    /** @description Passes of one update. Default 1. */
                    gradient_accumulation?: number | null;
                    /** @description Rank of the LoRA. Default 16. */
                    rank?: number | null;
                    /** @description Default: the rank. */
                    alpha?: number | null;
                    /**
                     * @description Every picture is trained once at each: the side of a square of as many pixels.
                     * @example [
                     *       512,
                     *       768
                     *     ]
                     */
                    resolutions?: number[] | null;
                    /** @description Share of captions that are left out. Default 0.05. */
                    caption_dropout?: number | null;
                    /** @description Mix the parts of captions between commas, but for the first so many. */
                    keep_tokens?: number | null;
                    /** @description Mirror half of the pictures. Default false. */
                    flip?: boolean | null;
                    /** @description Default: that of the model. */
                    optimizer?: ("adamw" | "adamw8bit" | "adam" | "adam8bit" | "prodigy" | "lion" | "lion8bit" | "adagrad" | "adafactor") | null;
                    /** @description Default 1e-4. */
                    weight_decay?: number | null;
                    /**
                     * @description Write files from a running mean of the weights. Default 0, none.
                     * @example 0.99
                     */
                    ema_decay?: number | null;
                    /** @description Default constant. */
                    lr_scheduler?: ("constant" | "constant_with_warmup" | "linear" | "cosine" | "polynomial") | null;
                    /** @description Steps in which the rate rises from nothing. Default 0. */
                    warmup_steps?: number | null;
                    /** @description How noisy the pictures are that it learns from. Default: as the trainer for this model. */
                    timesteps?: ("sigmoid" | "linear" | "weighted" | "shift" | "uniform") | null;
                    /** @description Learn more from noisy pictures (content), or from clear ones (style). Default balanced. */
                    content_or_style?: ("balanced" | "content" | "style") | null;
                    /** @description For SD 1.5 and SDXL. */
                    min_snr_gamma?: number | null;
                    /** @description Train only layers whose name contains one of these. */
                    only_if_contains?: string[] | null;
                    /** @description Leave out layers whose name contains one of these. */
                    ignore_if_contains?: string[] | null;
                    /** @description Train only layers whose name this regular expression is found in. */
                    layers_regex?: string | null;
                    /** @description Of the training. Default: drawn, and told. */
                    seed?: number | null;
                    /** @description Compute twice to save memory. Default auto. */
                    gradient_checkpointing?: ("auto" | "on" | "off") | null;
                    /** @description Hold the model to what it was: for the class in place of the trigger word, or for no text. Takes more time. Default: by the model. */
                    preserve?: ("none" | "class" | "blank") | null;
                    /** @description The word of the class, such as `person`. */
                    preserve_class?: string | null;
                    /** @description Steps between epochs. Default: a tenth of all. */
                    save_every?: number | null;
                    /** @description Epochs that stay, the newest ones; those before make room. Default: all. */
                    keep?: number | null;
                    /** @description Pictures that show how far it is. */
                    samples?: {
                        /** @description Steps between samples. Default: `save_every`. */
                        every?: number | null;
                        /**
                         * @description Of the first prompt; those after it count up. Default 42.
                         * @example 42
                         */
                        seed?: number | null;
                        /** @description What is rendered with each epoch. Default: two captions of the set. An empty list is none. */
                        prompts?: (string | {
                            /** @description `[trigger]` and `[name]` in it are replaced by the trigger word. */
                            prompt: string;
                            /** @description Negative prompt, where the model has one. */
                            neg?: string | null;
                            /** @description Pixels; floored to the divisor of the model. */
                            width?: number | null;
                            /** @description Pixels; floored to the divisor of the model. */
                            height?: number | null;
                            /** @description Default: that of the samples, counting up. */
                            seed?: number | null;
                            /** @description Denoising steps. */
                            sample_steps?: number | null;
                            /** @description How closely the prompt is followed. */
                            guidance_scale?: number | null;
                        })[] | null;
                    } | null;
                    /** @description Default -1: after renders that wait. */
                    priority?: number | null;
                    /** @description Hugging Face token for gated checkpoints. Used for this training only. */
                    hf_token?: string | null;
                    /** @description Called by POST when the training starts and ends; see docs/webhooks.md. */
                    webhook_url?: string | null;
                    /** @description Default: all but `progress`. */
                    webhook_events?: ("started" | "progress" | "output" | "completed")[] | null;
                };
            };
        };
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /**
             * @description `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             *
             *     `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             *
             *     `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `CAPTIONS_UNAVAILABLE`: The endpoint that is to write captions (CAPTION_URL) did not, so that nothing was stored.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTrainingLoss: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The points of the curve. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Up to about 2000, whatever the number of steps. */
                        points: {
                            step: number;
                            loss: number;
                            lr: number;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTrainingSample: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
                step: number;
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    followTraining: {
        parameters: {
            query?: {
                last_event_id?: string;
            };
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, until the training has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pauseTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    saveTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    extendTraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "steps": 100
                 *     }
                 */
                "application/json": {
                    /** @description Updates of the weights on top of those that were done. */
                    steps: number;
                };
            };
        };
        responses: {
            /** @description A training. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        training_id: string;
                        /** @description Id of the LoRA in the registry: send it as `loras[].path` to render with it. */
                        model: string;
                        /** @description Name of the LoRA in the registry. */
                        name: string;
                        /** @description The version that it writes; null before it has begun. */
                        version: string | null;
                        /** @description Id of the base model. */
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        /** @description The training that it goes on from, if any. */
                        continues: string | null;
                        trigger_word: string | null;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled" | "paused";
                        step: number;
                        steps: number;
                        loss: number | null;
                        seconds_per_step: number | null;
                        pictures: number;
                        seed: number | string;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        epochs: {
                            number: number;
                            /** @description Updates of the weights that it holds. */
                            step: number;
                            loss: number | null;
                            /** @description What to send as `loras[].path` to render with it. */
                            lora: string;
                            samples: {
                                index: number;
                                prompt: string;
                                /** Format: uri */
                                url: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        started_at: string | null;
                        finished_at: string | null;
                        /** @description Why it failed, in a sentence. Null unless it did. */
                        error: string | null;
                        /** @description The code of the error. */
                        error_code: ("INVALID_REQUEST" | "MODEL_NOT_FOUND" | "LORA_FILE_REQUIRED" | "LORA_NOT_FOUND" | "LORA_INVALID" | "LORA_INCOMPATIBLE" | "LORA_DOWNLOAD_FAILED" | "SINGLE_LORA_ONLY" | "TOO_MANY_LORAS" | "MOE_FORMAT_REQUIRED" | "MOE_FORMAT_NOT_SUPPORTED" | "SINGLE_MOE_CONFIG_ONLY" | "PROMPT_INVALID" | "CONTROL_IMAGE_REQUIRED" | "CONTROL_IMAGE_INVALID" | "WEBHOOK_INVALID" | "SIZE_INVALID" | "REQUEST_NOT_FOUND" | "OUTPUT_NOT_FOUND" | "KEY_NOT_FOUND" | "TRAINED_MODEL_NOT_FOUND" | "EPOCH_NOT_FOUND" | "ASSET_NOT_FOUND" | "UPLOAD_NOT_FOUND" | "SHEET_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RANGE_NOT_SATISFIABLE" | "IDEMPOTENCY_CONFLICT" | "REQUEST_UNFINISHED" | "SHEET_CONFLICT" | "REGISTRY_CONFLICT" | "REGISTRY_GONE" | "IMPORT_INVALID" | "VERIFICATION_INVALID" | "RATE_LIMITED" | "QUEUE_FULL" | "ENGINE_UNAVAILABLE" | "MODEL_FILES_MISSING" | "MODEL_LOAD_FAILED" | "MODEL_TOO_LARGE" | "OUT_OF_MEMORY" | "RENDER_FAILED" | "CONTENT_FLAGGED" | "DATASET_INVALID" | "TRAINING_SET_FULL" | "TRAINING_UNSUPPORTED" | "CAPTIONS_UNAVAILABLE" | "TRAINING_NOT_FOUND" | "TRAINING_DIVERGED" | "TRAINING_FAILED" | "ENGINE_CRASHED" | "TIMEOUT" | "STORAGE_FULL" | "STORAGE_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL") | null;
                        /** @description Facts about the error. */
                        error_details: {
                            [key: string]: unknown;
                        } | null;
                        warnings: string[];
                        /** Format: uri */
                        events_url: string;
                        /** Format: uri */
                        loss_url: string;
                        /** Format: uri */
                        cancel_url: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_GONE`: The model was deleted longer ago than REGISTRY_TRASH_DAYS, and cannot be restored. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTrainingDetails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a training is made of. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Every setting with its default filled in, by the names of POST /v1/trainings. */
                        settings: {
                            [key: string]: unknown;
                        };
                        samples: {
                            index: number;
                            prompt: string;
                            neg: string | null;
                            width: number;
                            height: number;
                            seed: number | string;
                            sample_steps: number;
                            guidance_scale: number;
                            num_frames: number | null;
                            fps: number | null;
                        }[];
                        /** @description Strength of the LoRA in the samples. */
                        network_multiplier: number;
                        dataset: {
                            index: number;
                            name: string;
                            /** @description Empty: it is trained with the trigger word alone. */
                            caption: string;
                            width: number | null;
                            height: number | null;
                            /**
                             * Format: uri
                             * @description A small picture of it, a WebP.
                             */
                            url: string;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTrainingPicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `training_id` that POST /v1/trainings answered with. */
                training_id: string;
                /** @description Place in the set. */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The small picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINING_NOT_FOUND`: No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRegistryModels: {
        parameters: {
            query?: {
                /** @description Only those in this state; `deleted`: those that can be restored. */
                status?: "new" | "training" | "trained" | "failed" | "training-canceled" | "deleted";
                /** @description `own`: of the project; `public`: those that all may see; `base`: of the catalog. */
                privacy?: "own" | "public" | "base";
                /** @description Only those for this base model. */
                base?: string;
                /** @description Only those with this tag. */
                tag?: string;
                /** @description Part of the name. */
                search?: string;
                /** @description Newest first by this. */
                sort?: "created" | "updated";
                /** @description Models in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of models. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            /**
                             * @description Id of the model; `loras[].path` takes it too.
                             * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                             */
                            id: string;
                            name: string;
                            /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                            full_name: string;
                            slug: string;
                            project: string;
                            /** @enum {string} */
                            kind: "lora" | "composition";
                            /** @description A base model of the catalog, which nobody can change. */
                            is_base: boolean;
                            base: string | null;
                            /** @enum {string} */
                            status: "new" | "training" | "trained" | "failed" | "training-canceled";
                            /**
                             * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                             * @enum {string}
                             */
                            privacy: "private" | "unlisted" | "public";
                            /** @enum {string} */
                            source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                            source_url: string | null;
                            trigger_word: string | null;
                            short_description: string;
                            description: string;
                            tags: string[];
                            concepts: {
                                model: string;
                                version: string | null;
                                epoch: number | null;
                                scale: number;
                            }[];
                            thumbnail: string | null;
                            examples: string[];
                            /** @description How many there are. */
                            training_images: number;
                            current_version: string | null;
                            /** @description Its number within the current version. */
                            pinned_epoch: number | null;
                            /** @description Model that it is a copy of. */
                            parent: string | null;
                            author: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                            deleted_at: string | null;
                        }[];
                        /** @description `cursor` of the next page; null: this is the last. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "My style",
                 *       "base": "demo",
                 *       "tags": [
                 *         "ink"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Name for people.
                     * @example My style
                     */
                    name: string;
                    slug?: string | null;
                    base?: string | null;
                    /**
                     * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                     * @default private
                     * @enum {string}
                     */
                    privacy?: "private" | "unlisted" | "public";
                    trigger_word?: string | null;
                    /**
                     * @description One line about it.
                     * @default
                     */
                    short_description?: string;
                    /**
                     * @description Markdown about it.
                     * @default
                     */
                    description?: string;
                    /**
                     * @description All its tags.
                     * @default []
                     */
                    tags?: string[];
                    concepts?: {
                        /** @description Id of a trained model. */
                        model: string;
                        epoch?: (number | string) | null;
                        /**
                         * @description Strength, -2 to 2.
                         * @default 1
                         */
                        scale?: number;
                    }[] | null;
                };
            };
        };
        responses: {
            /** @description A model of the registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A model with its versions and epochs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                        /** @description Newest first. */
                        versions: {
                            /** @description SHA-256. */
                            id: string;
                            number: number;
                            /** @enum {string} */
                            origin: "trained" | "imported" | "copied";
                            trigger_word: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** @description Oldest first. */
                            epochs: {
                                number: number;
                                step: number;
                                loss: number | null;
                                /** @description For `loras[].path` of a request. */
                                lora_path: string;
                                /** Format: date-time */
                                created_at: string;
                                files: {
                                    /** @enum {string} */
                                    part: "main" | "high" | "low";
                                    bytes: number;
                                    sha256: string;
                                    /** Format: uri */
                                    url: string;
                                }[];
                                /** @description Previews, by the index of their prompt. */
                                samples: {
                                    index: number;
                                    asset: string;
                                    /** Format: uri */
                                    url: string;
                                }[];
                            }[];
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pinned_epoch": 250
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Name for people.
                     * @example My style
                     */
                    name?: string;
                    /**
                     * @description Name in paths: `<project>/<slug>`.
                     * @example my-style
                     */
                    slug?: string;
                    base?: string | null;
                    /**
                     * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                     * @enum {string}
                     */
                    privacy?: "private" | "unlisted" | "public";
                    trigger_word?: string | null;
                    /** @description One line about it. */
                    short_description?: string;
                    /** @description Markdown about it. */
                    description?: string;
                    /** @description Id of an asset. */
                    thumbnail?: string | null;
                    /** @description The epoch to render with when a request names none; null: the last. */
                    pinned_epoch?: (number | string) | null;
                    /** @description All its tags. */
                    tags?: string[];
                    /** @description Ids of assets that show what it does, in order. */
                    examples?: string[];
                    /** @description LoRAs that are stacked, of one family. */
                    concepts?: {
                        /** @description Id of a trained model. */
                        model: string;
                        epoch?: (number | string) | null;
                        /**
                         * @description Strength, -2 to 2.
                         * @default 1
                         */
                        scale?: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description A model of the registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             *
             *     `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restoreRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A model of the registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_GONE`: The model was deleted longer ago than REGISTRY_TRASH_DAYS, and cannot be restored. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    copyRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string | null;
                    /**
                     * @description With versions and epochs. Files are shared.
                     * @default true
                     */
                    as_trained?: boolean;
                    /**
                     * @description With the examples.
                     * @default true
                     */
                    with_examples?: boolean;
                } | null;
            };
        };
        responses: {
            /** @description A model of the registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    transferRegistryModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id of the project that gets it. */
                    project: string;
                };
            };
        };
        responses: {
            /** @description A model of the registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the model; `loras[].path` takes it too.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        id: string;
                        name: string;
                        /** @description `<project>/<slug>`, which `loras[].path` takes too. */
                        full_name: string;
                        slug: string;
                        project: string;
                        /** @enum {string} */
                        kind: "lora" | "composition";
                        /** @description A base model of the catalog, which nobody can change. */
                        is_base: boolean;
                        base: string | null;
                        /** @enum {string} */
                        status: "new" | "training" | "trained" | "failed" | "training-canceled";
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /** @enum {string} */
                        source: "created" | "file" | "url" | "huggingface" | "civitai" | "ai-toolkit";
                        source_url: string | null;
                        trigger_word: string | null;
                        short_description: string;
                        description: string;
                        tags: string[];
                        concepts: {
                            model: string;
                            version: string | null;
                            epoch: number | null;
                            scale: number;
                        }[];
                        thumbnail: string | null;
                        examples: string[];
                        /** @description How many there are. */
                        training_images: number;
                        current_version: string | null;
                        /** @description Its number within the current version. */
                        pinned_epoch: number | null;
                        /** @description Model that it is a copy of. */
                        parent: string | null;
                        author: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        deleted_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTrainingSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The training set of the model, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        images: {
                            /** @description Id of the asset. */
                            asset: string;
                            name: string;
                            /** @description What it is trained with: its own caption, else what the asset says. */
                            caption: string;
                        }[];
                        pairs: {
                            /** @description What the picture is to be made from. */
                            source: string;
                            /** @description The picture. */
                            target: string;
                            /**
                             * @description Its caption.
                             * @default
                             */
                            instruction: string;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addTrainingImages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "images": [
                 *         {
                 *           "asset": "asset_…",
                 *           "caption": "a red apple"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Pictures that join the set, in order. Without a caption what the asset says counts. */
                    images: {
                        /** @description Id of an asset. */
                        asset: string;
                        caption?: string | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description The training set of the model, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        images: {
                            /** @description Id of the asset. */
                            asset: string;
                            name: string;
                            /** @description What it is trained with: its own caption, else what the asset says. */
                            caption: string;
                        }[];
                        pairs: {
                            /** @description What the picture is to be made from. */
                            source: string;
                            /** @description The picture. */
                            target: string;
                            /**
                             * @description Its caption.
                             * @default
                             */
                            instruction: string;
                        }[];
                    };
                };
            };
            /** @description `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeTrainingImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
                /** @description Id of an asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The training set of the model, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        images: {
                            /** @description Id of the asset. */
                            asset: string;
                            name: string;
                            /** @description What it is trained with: its own caption, else what the asset says. */
                            caption: string;
                        }[];
                        pairs: {
                            /** @description What the picture is to be made from. */
                            source: string;
                            /** @description The picture. */
                            target: string;
                            /**
                             * @description Its caption.
                             * @default
                             */
                            instruction: string;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setTrainingPairs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    pairs: {
                        /** @description What the picture is to be made from. */
                        source: string;
                        /** @description The picture. */
                        target: string;
                        /**
                         * @description Its caption.
                         * @default
                         */
                        instruction?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The training set of the model, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        images: {
                            /** @description Id of the asset. */
                            asset: string;
                            name: string;
                            /** @description What it is trained with: its own caption, else what the asset says. */
                            caption: string;
                        }[];
                        pairs: {
                            /** @description What the picture is to be made from. */
                            source: string;
                            /** @description The picture. */
                            target: string;
                            /**
                             * @description Its caption.
                             * @default
                             */
                            instruction: string;
                        }[];
                    };
                };
            };
            /** @description `TRAINING_SET_FULL`: The training set of a model would have more pictures than TRAINING_IMAGES_MAX. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAssets: {
        parameters: {
            query?: {
                /** @description Only these. */
                kind?: "image" | "video";
                /** @description Only those with this tag. */
                tag?: string;
                /** @description `true`: with previews and training images, which lists leave out. */
                hidden?: "true" | "false";
                /** @description Assets in a page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of assets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        assets: {
                            id: string;
                            project: string;
                            /** @enum {string} */
                            kind: "image" | "video";
                            name: string;
                            width: number | null;
                            height: number | null;
                            duration: number | null;
                            bytes: number;
                            content_type: string;
                            sha256: string;
                            description: string;
                            tags: string[];
                            /** @enum {string} */
                            source: "uploaded" | "imported" | "rendered" | "sampled";
                            metadata: unknown;
                            /**
                             * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                             * @enum {string}
                             */
                            privacy: "private" | "unlisted" | "public";
                            /**
                             * Format: uri
                             * @description Its file.
                             */
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        /** @description `cursor` of the next page; null: this is the last. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A picture or clip. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project: string;
                        /** @enum {string} */
                        kind: "image" | "video";
                        name: string;
                        width: number | null;
                        height: number | null;
                        duration: number | null;
                        bytes: number;
                        content_type: string;
                        sha256: string;
                        description: string;
                        tags: string[];
                        /** @enum {string} */
                        source: "uploaded" | "imported" | "rendered" | "sampled";
                        metadata: unknown;
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /**
                         * Format: uri
                         * @description Its file.
                         */
                        url: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "a red apple on a table"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Name for people.
                     * @example My style
                     */
                    name?: string;
                    /** @description Markdown about it. */
                    description?: string;
                    /**
                     * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                     * @enum {string}
                     */
                    privacy?: "private" | "unlisted" | "public";
                    /** @description All its tags. */
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description A picture or clip. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project: string;
                        /** @enum {string} */
                        kind: "image" | "video";
                        name: string;
                        width: number | null;
                        height: number | null;
                        duration: number | null;
                        bytes: number;
                        content_type: string;
                        sha256: string;
                        description: string;
                        tags: string[];
                        /** @enum {string} */
                        source: "uploaded" | "imported" | "rendered" | "sampled";
                        metadata: unknown;
                        /**
                         * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                         * @enum {string}
                         */
                        privacy: "private" | "unlisted" | "public";
                        /**
                         * Format: uri
                         * @description Its file.
                         */
                        url: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description As for POST /v1/inference. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A .safetensors file or a job folder of ai-toolkit, on the server. */
                    path?: string | null;
                    /** @description A URL of a LoRA, a page of CivitAI with ?modelVersionId, or `hf:owner/repo[/file]`. */
                    url?: string | null;
                    /** @description Id of a completed upload. */
                    upload?: string | null;
                    /** @description Id of a model to add it to, as a new version or more epochs. */
                    model?: string | null;
                    name?: string | null;
                    slug?: string | null;
                    base?: string | null;
                    trigger_word?: string | null;
                    /**
                     * @description `private`: only its project; `unlisted`: any key that knows the id; `public`: also in the public list.
                     * @default private
                     * @enum {string}
                     */
                    privacy?: "private" | "unlisted" | "public";
                    /**
                     * @description Markdown about it.
                     * @default
                     */
                    description?: string;
                    /**
                     * @description All its tags.
                     * @default []
                     */
                    tags?: string[];
                    /**
                     * @description Whether the training set of a job folder is taken too, where it can be read.
                     * @default true
                     */
                    dataset?: boolean;
                    /** @description For private repositories; used for this import only. */
                    hf_token?: string | null;
                };
            };
        };
        responses: {
            /** @description How an import stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        import_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * @description Id that the model has or gets.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        model: string;
                        /** Format: uri */
                        model_url: string;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this import.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        /** @description Whether the training of the folder has ended; null until it is imported. */
                        is_finished: boolean | null;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /**
             * @description `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.
             *
             *     `LORA_INVALID`: The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `UPLOAD_NOT_FOUND`: No upload of the project has this id. They are forgotten a day after they were opened.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which.
             *
             *     `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path.
             *
             *     `IMPORT_INVALID`: There is nothing to import there, or nothing says for which base model it is. The message lists the ids that it may be for.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             *
             *     `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SHUTTING_DOWN`: The server is stopping. Try again when it is back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `import_id` of the import. */
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How an import stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        import_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /**
                         * @description Id that the model has or gets.
                         * @example model_01kb0t5m7q8wz3x9y2r4v6n8pa
                         */
                        model: string;
                        /** Format: uri */
                        model_url: string;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this import.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        /** @description Whether the training of the folder has ended; null until it is imported. */
                        is_finished: boolean | null;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "my_lora.safetensors",
                 *       "bytes": 1628728
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Name of the file.
                     * @example my_lora.safetensors
                     */
                    name: string;
                    /** @description Size of the whole file; then no other is taken. */
                    bytes?: number | null;
                };
            };
        };
        responses: {
            /** @description A file on its way in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        state: "open" | "checking" | "done" | "failed";
                        bytes: number | null;
                        /** @description Those that have arrived. */
                        parts: {
                            number: number;
                            bytes: number;
                            sha256: string;
                        }[];
                        /** @description Of the whole file, once it is complete. */
                        sha256: string | null;
                        /**
                         * Format: uri
                         * @description PUT each part to this, with `/<number>` behind it.
                         */
                        parts_url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload. */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file on its way in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        state: "open" | "checking" | "done" | "failed";
                        bytes: number | null;
                        /** @description Those that have arrived. */
                        parts: {
                            number: number;
                            bytes: number;
                            sha256: string;
                        }[];
                        /** @description Of the whole file, once it is complete. */
                        sha256: string | null;
                        /**
                         * Format: uri
                         * @description PUT each part to this, with `/<number>` behind it.
                         */
                        parts_url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UPLOAD_NOT_FOUND`: No upload of the project has this id. They are forgotten a day after they were opened. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload. */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file on its way in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        state: "open" | "checking" | "done" | "failed";
                        bytes: number | null;
                        /** @description Those that have arrived. */
                        parts: {
                            number: number;
                            bytes: number;
                            sha256: string;
                        }[];
                        /** @description Of the whole file, once it is complete. */
                        sha256: string | null;
                        /**
                         * Format: uri
                         * @description PUT each part to this, with `/<number>` behind it.
                         */
                        parts_url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UPLOAD_NOT_FOUND`: No upload of the project has this id. They are forgotten a day after they were opened. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description As for POST /v1/inference. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request_id": "01KB0T5M7Q8WZ3X9Y2R4V6N8PA",
                 *       "index": 0
                 *     }
                 */
                "application/json": {
                    /** @description The picture or video to make again: base64, or a data URL. */
                    file?: string | null;
                    /** @description In place of `file`: the request that made it, with `index`. */
                    request_id?: string | null;
                    /** @description Index of its prompt. Default 0. */
                    index?: number | null;
                    /** @description Control pictures, pictures to begin with and masks that it was made with, where they are not kept here: base64, or data URLs, in any order. Each is known by its pixels. */
                    pictures?: string[] | null;
                };
            };
        };
        responses: {
            /** @description How a replay stands, and what it has shown. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        replay_id: string;
                        /** @enum {string} */
                        status: "in_queue" | "in_progress" | "succeeded" | "failed" | "canceled";
                        /** @description Null until it is known. `same_file`: byte for byte. `same_pixels`. `rounding`: apart by no more than what another device or library does. `another_picture`. `cannot`: something is missing. */
                        verdict: ("same_file" | "same_pixels" | "rounding" | "another_picture" | "cannot") | null;
                        /** @description The verdict, for people. */
                        sentence: string | null;
                        /** @description Of the comparison; docs/verify.md has the scale. */
                        grade: ("identical" | "rounding" | "same_picture" | "different") | null;
                        figures: components["schemas"]["Figures"] | null;
                        /** @description Whether device, versions and how weights are held are known to be the same: then the file has to be, too. */
                        same_environment: boolean | null;
                        differences: {
                            field: string;
                            before: string | null;
                            after: string | null;
                            /**
                             * @description `picture`: has to be equal. `precision`: changes values a little. `environment`: may differ.
                             * @enum {string}
                             */
                            kind: "picture" | "precision" | "environment";
                        }[];
                        missing: {
                            /** @enum {string} */
                            kind: "recipe" | "model" | "checkpoint" | "lora" | "picture";
                            sha256: string | null;
                            what: string;
                            /** @description To get it. */
                            how: string;
                        }[];
                        original: {
                            sha256: string;
                            /** @enum {string} */
                            format: "png" | "jpeg" | "webp" | "mp4";
                            /** @description That made it, where this server has. */
                            request_id: string | null;
                            index: number | null;
                            recipe: components["schemas"]["Recipe"];
                        };
                        /** @description Of the request that makes it again. */
                        request_id: string | null;
                        /** @description The new file, once it is made. */
                        output_url: string | null;
                        /** @description Of the new file. */
                        sha256: string | null;
                        progress: {
                            /** @enum {string} */
                            phase: "queued" | "held" | "downloading" | "loading" | "adapters" | "encoding" | "denoising" | "decoding" | "saving" | "caching_text" | "caching_images" | "training" | "sampling";
                            /** @description Index of the prompt that is rendered. */
                            prompt: number | null;
                            /** @description How many prompts the request has. */
                            prompts: number;
                            /** @description Steps when denoising, bytes when downloading, parts otherwise. */
                            step: number;
                            total: number;
                            /** @description 0 to 1, over the whole request. */
                            fraction: number;
                            /** @description Place in the queue, while it is queued; 1 is next. */
                            position: number | null;
                            /** @description Estimated seconds until it is finished. */
                            eta_seconds: number | null;
                            /** @description Of a training: the mean loss of its last steps. */
                            loss?: number;
                        } | null;
                        /** Format: uri */
                        status_url: string;
                        /**
                         * Format: uri
                         * @description Server-sent events of this replay.
                         */
                        events_url: string;
                        /**
                         * Format: uri
                         * @description POST here to cancel.
                         */
                        cancel_url: string;
                        warnings: string[];
                        error: string | null;
                        error_code: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IDEMPOTENCY_CONFLICT`: The Idempotency-Key was used before with another body. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             *
             *     `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `STORAGE_UNAVAILABLE`: The object store of ARTIFACTS_URL does not answer or refuses. The message says why.
             *
             *     `DATABASE_UNAVAILABLE`: The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.
             *
             *     `SHUTTING_DOWN`: The server is stopping. Try again when it is back.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    planTraining: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Id of the base model, as in GET /v1/models.
                     * @example demo
                     */
                    base?: string | null;
                    /** @description A LoRA of the registry (`model_…`) that is trained again, in place of `base`: it gets another version. */
                    model?: string | null;
                    /** @description Name of the new LoRA. Default: the trigger word. */
                    name?: string | null;
                    /**
                     * @description The training set: http(s) URLs or data URLs of an archive (zip, tar, tar.gz) or of pictures, or objects with `image` and `caption`. Files can be sent as multipart/form-data instead. Left out with `model`: the training images that the model has.
                     * @example [
                     *       "https://example.com/pictures.zip"
                     *     ]
                     */
                    dataset?: ((string | {
                        /** @description An http(s) URL, a data URL, or base64. */
                        image: string;
                        /** @description What is in the picture. */
                        caption?: string | null;
                        /** @description What errors and warnings call it. */
                        name?: string | null;
                    }) | (string | {
                        /** @description An http(s) URL, a data URL, or base64. */
                        image: string;
                        /** @description What is in the picture. */
                        caption?: string | null;
                        /** @description What errors and warnings call it. */
                        name?: string | null;
                    })[]) | null;
                    /** @description A folder of the server with the set, for admins. */
                    folder?: string | null;
                    /** @description Leave out files that cannot be used instead of refusing the set. Default false. */
                    skip_bad?: boolean | null;
                    /** @description Where captions come from. */
                    captions?: {
                        /** @description `file` (default): those of the set. `template`: `text` for all. `endpoint`: those of the set, and for pictures without one what the model at CAPTION_URL writes. `none`: the trigger word alone. */
                        mode?: ("file" | "template" | "endpoint" | "none") | null;
                        /** @description For `template`: `a photo of [trigger]`. For `endpoint`: what the model is asked. Default: to describe the picture. */
                        text?: string | null;
                        /** @description What each caption of the endpoint begins with. */
                        prefix?: string | null;
                        /** @description What each caption of the endpoint ends with. */
                        suffix?: string | null;
                    } | null;
                    /** @description Who trains. `auto` (default): Darkroom itself where it trains the model (`builtin`), else a checkout of ai-toolkit (`ai-toolkit`), where AI_TOOLKIT_PATH names one. */
                    engine?: ("auto" | "builtin" | "ai-toolkit") | null;
                    /**
                     * @description The word that calls what is trained. Default: that of `model`; an empty text is none.
                     * @example my_subject
                     */
                    trigger_word?: string | null;
                    /** @description Updates of the weights. Default: by the model and the size of the set. */
                    steps?: number | null;
                    /** @description Default: that of the model, mostly 1e-4. */
                    learning_rate?: number | null;
                    /** @description Pictures of one pass. */
                    batch_size?: number | null;
                    /** @description Passes of one update. Default 1. */
                    gradient_accumulation?: number | null;
                    /** @description Rank of the LoRA. Default 16. */
                    rank?: number | null;
                    /** @description Default: the rank. */
                    alpha?: number | null;
                    /**
                     * @description Every picture is trained once at each: the side of a square of as many pixels.
                     * @example [
                     *       512,
                     *       768
                     *     ]
                     */
                    resolutions?: number[] | null;
                    /** @description Share of captions that are left out. Default 0.05. */
                    caption_dropout?: number | null;
                    /** @description Mix the parts of captions between commas, but for the first so many. */
                    keep_tokens?: number | null;
                    /** @description Mirror half of the pictures. Default false. */
                    flip?: boolean | null;
                    /** @description Default: that of the model. */
                    optimizer?: ("adamw" | "adamw8bit" | "adam" | "adam8bit" | "prodigy" | "lion" | "lion8bit" | "adagrad" | "adafactor") | null;
                    /** @description Default 1e-4. */
                    weight_decay?: number | null;
                    /**
                     * @description Write files from a running mean of the weights. Default 0, none.
                     * @example 0.99
                     */
                    ema_decay?: number | null;
                    /** @description Default constant. */
                    lr_scheduler?: ("constant" | "constant_with_warmup" | "linear" | "cosine" | "polynomial") | null;
                    /** @description Steps in which the rate rises from nothing. Default 0. */
                    warmup_steps?: number | null;
                    /** @description How noisy the pictures are that it learns from. Default: as the trainer for this model. */
                    timesteps?: ("sigmoid" | "linear" | "weighted" | "shift" | "uniform") | null;
                    /** @description Learn more from noisy pictures (content), or from clear ones (style). Default balanced. */
                    content_or_style?: ("balanced" | "content" | "style") | null;
                    /** @description For SD 1.5 and SDXL. */
                    min_snr_gamma?: number | null;
                    /** @description Train only layers whose name contains one of these. */
                    only_if_contains?: string[] | null;
                    /** @description Leave out layers whose name contains one of these. */
                    ignore_if_contains?: string[] | null;
                    /** @description Train only layers whose name this regular expression is found in. */
                    layers_regex?: string | null;
                    /** @description Of the training. Default: drawn, and told. */
                    seed?: number | null;
                    /** @description Compute twice to save memory. Default auto. */
                    gradient_checkpointing?: ("auto" | "on" | "off") | null;
                    /** @description Hold the model to what it was: for the class in place of the trigger word, or for no text. Takes more time. Default: by the model. */
                    preserve?: ("none" | "class" | "blank") | null;
                    /** @description The word of the class, such as `person`. */
                    preserve_class?: string | null;
                    /** @description Steps between epochs. Default: a tenth of all. */
                    save_every?: number | null;
                    /** @description Epochs that stay, the newest ones; those before make room. Default: all. */
                    keep?: number | null;
                    /** @description Pictures that show how far it is. */
                    samples?: {
                        /** @description Steps between samples. Default: `save_every`. */
                        every?: number | null;
                        /**
                         * @description Of the first prompt; those after it count up. Default 42.
                         * @example 42
                         */
                        seed?: number | null;
                        /** @description What is rendered with each epoch. Default: two captions of the set. An empty list is none. */
                        prompts?: (string | {
                            /** @description `[trigger]` and `[name]` in it are replaced by the trigger word. */
                            prompt: string;
                            /** @description Negative prompt, where the model has one. */
                            neg?: string | null;
                            /** @description Pixels; floored to the divisor of the model. */
                            width?: number | null;
                            /** @description Pixels; floored to the divisor of the model. */
                            height?: number | null;
                            /** @description Default: that of the samples, counting up. */
                            seed?: number | null;
                            /** @description Denoising steps. */
                            sample_steps?: number | null;
                            /** @description How closely the prompt is followed. */
                            guidance_scale?: number | null;
                        })[] | null;
                    } | null;
                    /** @description Default -1: after renders that wait. */
                    priority?: number | null;
                    /** @description Hugging Face token for gated checkpoints. Used for this training only. */
                    hf_token?: string | null;
                    /** @description Called by POST when the training starts and ends; see docs/webhooks.md. */
                    webhook_url?: string | null;
                    /** @description Default: all but `progress`. */
                    webhook_events?: ("started" | "progress" | "output" | "completed")[] | null;
                };
            };
        };
        responses: {
            /** @description What the training would be. Nothing was stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        base: string;
                        /** @enum {string} */
                        engine: "builtin" | "ai-toolkit";
                        pictures: number;
                        /** @description Pictures with a caption. */
                        captions: number;
                        /** @description Captions that have the trigger word in them themselves. */
                        with_trigger: number;
                        steps: number;
                        epochs: number;
                        /** @description By the pace of the newest training of this base here; null where there was none. */
                        seconds: number | null;
                        sample_prompts: string[];
                        /** @description Every setting with its default filled in, by the names of POST /v1/trainings. */
                        settings: {
                            [key: string]: unknown;
                        };
                        warnings: string[];
                    };
                };
            };
            /**
             * @description `DATASET_INVALID`: Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.
             *
             *     `TRAINING_UNSUPPORTED`: No engine of this server trains the model. The message says what would do.
             *
             *     `MODEL_NOT_FOUND`: Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.
             *
             *     `QUEUE_FULL`: MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings.
             *
             *     `CAPTIONS_UNAVAILABLE`: The endpoint that is to write captions (CAPTION_URL) did not, so that nothing was stored.
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    putUploadPart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload. */
                upload_id: string;
                /** @description Counts from 1. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file on its way in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @enum {string} */
                        state: "open" | "checking" | "done" | "failed";
                        bytes: number | null;
                        /** @description Those that have arrived. */
                        parts: {
                            number: number;
                            bytes: number;
                            sha256: string;
                        }[];
                        /** @description Of the whole file, once it is complete. */
                        sha256: string | null;
                        /**
                         * Format: uri
                         * @description PUT each part to this, with `/<number>` behind it.
                         */
                        parts_url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UPLOAD_NOT_FOUND`: No upload of the project has this id. They are forgotten a day after they were opened. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /**
                             * @description Name of the key in lists and logs.
                             * @example key_0123456789ab
                             */
                            id: string;
                            name: string;
                            /** @enum {string} */
                            scope: "read" | "write" | "admin";
                            /**
                             * @description Id of its project.
                             * @example proj_local
                             */
                            project: string;
                            /** Format: date-time */
                            created_at: string;
                            revoked_at: string | null;
                        }[];
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "phone app",
                 *       "scope": "write"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Who or what it is for.
                     * @example phone app
                     */
                    name: string;
                    /**
                     * @description `read` looks at its own requests; `write` also sends and cancels; `admin` also sees everybody’s and manages keys.
                     * @default write
                     * @enum {string}
                     */
                    scope?: "read" | "write" | "admin";
                    /**
                     * @description Handle of the project whose models the key sees and makes: see docs/registry.md. It is made where there is none. Default: local.
                     * @example anna
                     */
                    project?: string;
                };
            };
        };
        responses: {
            /** @description The new key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Name of the key in lists and logs.
                         * @example key_0123456789ab
                         */
                        id: string;
                        name: string;
                        /** @enum {string} */
                        scope: "read" | "write" | "admin";
                        /**
                         * @description Id of its project.
                         * @example proj_local
                         */
                        project: string;
                        /** Format: date-time */
                        created_at: string;
                        revoked_at: string | null;
                        /** @description The key. It is not shown again. */
                        key: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is larger than the server reads. Send control images by URL instead of base64. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of a key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Name of the key in lists and logs.
                         * @example key_0123456789ab
                         */
                        id: string;
                        name: string;
                        /** @enum {string} */
                        scope: "read" | "write" | "admin";
                        /**
                         * @description Id of its project.
                         * @example proj_local
                         */
                        project: string;
                        /** Format: date-time */
                        created_at: string;
                        revoked_at: string | null;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `KEY_NOT_FOUND`: No API key with this id. GET /v1/keys lists them. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
                        key: string;
                    };
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getThumbnail: {
        parameters: {
            query?: {
                /** @description Longest side in pixels. */
                w?: "256" | "512";
                /** @description Part of a signed URL. */
                expires?: string;
                /** @description Part of a signed URL. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description The `request_id` that POST /v1/inference answered with. */
                request_id: string;
                /** @description Index of the prompt. */
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The small picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `REQUEST_NOT_FOUND`: No request with this id. Finished requests are removed after the retention time.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `STORAGE_FULL`: The disk is full. Free space, or lower the retention settings. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAssetContent: {
        parameters: {
            query?: {
                /** @description Part of a signed URL. */
                expires?: string;
                /** @description Part of a signed URL. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description Id of the asset. */
                asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "video/mp4": string;
                };
            };
            /** @description The part that the `Range` header asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "video/mp4": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `ASSET_NOT_FOUND`: No asset has this id, it is deleted, or another project has it for itself.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RANGE_NOT_SATISFIABLE`: The `Range` header asks for bytes behind the end of the file. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModelFile: {
        parameters: {
            query?: {
                /** @description Part of a signed URL. */
                expires?: string;
                /** @description Part of a signed URL. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
                /** @description Of a file of one of its epochs. */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The part that the `Range` header asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself.
             *
             *     `EPOCH_NOT_FOUND`: The model has no epoch of this step. The message lists those that it has.
             *
             *     `OUTPUT_NOT_FOUND`: The request has no output with this index (yet), or its file was removed by retention.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RANGE_NOT_SATISFIABLE`: The `Range` header asks for bytes behind the end of the file. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    downloadModel: {
        parameters: {
            query?: {
                /** @description Step or number of an epoch; default: the one that is rendered with. */
                epoch?: string;
                /** @description Part of a signed URL. */
                expires?: string;
                /** @description Part of a signed URL. */
                signature?: string;
            };
            header?: never;
            path: {
                /** @description Id of the model. */
                model_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive, made while it is sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description `LORA_NOT_FOUND`: There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAUTHORIZED`: No API key, or an unknown one. Send `Authorization: Bearer <key>`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FORBIDDEN`: The key is known but not allowed to do this. The message names the scope that is needed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TRAINED_MODEL_NOT_FOUND`: No model of the registry has this id or name, it is deleted, or another project has it for itself. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REGISTRY_CONFLICT`: The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`: The body is not what the endpoint takes. `details.problems` lists every field with its path. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: A fault of Darkroom itself. The log has the details under the request id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
