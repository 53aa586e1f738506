


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE public.attempt (
    subject bytea NOT NULL,
    failures integer NOT NULL,
    last_at integer NOT NULL
);



CREATE TABLE public.batch (
    device_no integer NOT NULL,
    first_seq integer NOT NULL,
    last_seq integer NOT NULL,
    site_no integer NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL
);



CREATE TABLE public.case_summary (
    case_no integer NOT NULL,
    site_no integer NOT NULL,
    case_id character varying NOT NULL,
    is_withdrawn boolean NOT NULL,
    received_month character varying NOT NULL,
    age_band character varying NOT NULL,
    sex character varying NOT NULL,
    region character varying NOT NULL,
    side character varying NOT NULL,
    condition character varying NOT NULL,
    verdict character varying NOT NULL,
    urgency character varying NOT NULL,
    danger_signs integer NOT NULL,
    disagreements integer NOT NULL,
    review_state character varying NOT NULL
);



CREATE SEQUENCE public.case_summary_case_no_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.case_summary_case_no_seq OWNED BY public.case_summary.case_no;



CREATE TABLE public.device (
    device_no integer NOT NULL,
    site_no integer NOT NULL,
    device character varying NOT NULL,
    tablet_no integer NOT NULL,
    public_key bytea NOT NULL,
    is_revoked boolean NOT NULL,
    head_seq integer NOT NULL,
    head_hash bytea NOT NULL,
    next_nonce character varying,
    challenges_used integer NOT NULL,
    waiting integer NOT NULL,
    app_version character varying NOT NULL,
    knowledge_version character varying NOT NULL,
    last_seen_on character varying NOT NULL
);



CREATE SEQUENCE public.device_device_no_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.device_device_no_seq OWNED BY public.device.device_no;



CREATE TABLE public.enrolment_code (
    code_hash bytea NOT NULL,
    site_no integer NOT NULL,
    expires_at integer NOT NULL,
    selector character varying NOT NULL,
    failed_tries integer NOT NULL,
    used_by character varying NOT NULL
);



CREATE TABLE public.entry (
    device_no integer NOT NULL,
    seq integer NOT NULL,
    site_no integer NOT NULL,
    "position" integer NOT NULL,
    case_no integer NOT NULL,
    payload bytea,
    erased_hash bytea
);



CREATE TABLE public.quarantine (
    device_no integer NOT NULL,
    seq integer NOT NULL,
    hash bytea NOT NULL,
    site_no integer NOT NULL,
    reason character varying NOT NULL,
    is_in_chain boolean NOT NULL
);



CREATE TABLE public.review (
    site_no integer NOT NULL,
    "position" integer NOT NULL,
    case_no integer NOT NULL,
    state character varying NOT NULL,
    diagnosis character varying,
    proven_by character varying NOT NULL,
    message character varying NOT NULL,
    user_no integer NOT NULL,
    written_on character varying NOT NULL
);



CREATE TABLE public.server (
    "only" integer NOT NULL,
    schema_version integer NOT NULL,
    epoch character varying NOT NULL,
    secret bytea NOT NULL
);



CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    user_no integer NOT NULL,
    created_at integer NOT NULL,
    last_seen_at integer NOT NULL
);



CREATE TABLE public.site (
    site_no integer NOT NULL,
    name character varying NOT NULL,
    next_position integer NOT NULL
);



CREATE TABLE public.site_epoch (
    site_no integer NOT NULL,
    epoch character varying NOT NULL
);



CREATE SEQUENCE public.site_site_no_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.site_site_no_seq OWNED BY public.site.site_no;



CREATE TABLE public.user_account (
    user_no integer NOT NULL,
    name character varying NOT NULL,
    password_hash character varying NOT NULL
);



CREATE SEQUENCE public.user_account_user_no_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.user_account_user_no_seq OWNED BY public.user_account.user_no;



ALTER TABLE ONLY public.case_summary ALTER COLUMN case_no SET DEFAULT nextval('public.case_summary_case_no_seq'::regclass);



ALTER TABLE ONLY public.device ALTER COLUMN device_no SET DEFAULT nextval('public.device_device_no_seq'::regclass);



ALTER TABLE ONLY public.site ALTER COLUMN site_no SET DEFAULT nextval('public.site_site_no_seq'::regclass);



ALTER TABLE ONLY public.user_account ALTER COLUMN user_no SET DEFAULT nextval('public.user_account_user_no_seq'::regclass);



INSERT INTO public.attempt VALUES ('\x4606892df77c9e26c60c16e5f624625c9fbb6c8e2a3028e8b28e617bb2915132', 1, 1795254703);



INSERT INTO public.batch VALUES (1, 1, 2, 1, '\x99b5dc384ff3054d27485b9840af0e5b045a27839230745967e2f79323dc40e2', '\x029800c8a004d07da9d46f3478e4e207d8321c91324dd179cdf1f2760c6c8058e5da1f4cb17de68d214afbb02463d70466c4b0f19304af064ac99329600e9800');
INSERT INTO public.batch VALUES (1, 3, 4, 1, '\x543a5958e08eaab3ec78b6c32dc1050b89e5dcd1140511a9a0bd58341a2b6dca', '\x150e7e6878e819387c56ae19b54ac6de7dba7cffbdbeffadd5895a906e9836750fb998c43769e58d1865faa9cd77c6c3b11e059a101fcc1cce2d0a44c8f1180d');
INSERT INTO public.batch VALUES (3, 1, 1, 1, '\xd39b3ef8e76c43c18075cd2fe2440e792220a72c9b463e4fe19a672387dde81a', '\xc710310b08ba4fbc85636c8ff7497f82c7c863db6295cfd2940b53346a7e1796d1b90bac49890df35fd7e410f78d7e3236b507c4310bc00dca699e2edf56b805');
INSERT INTO public.batch VALUES (3, 2, 2, 1, '\xb8fcfda7d0c8a12b22316e63067f92958b47a6e99c1bd88c50084cb19935badc', '\x09e1e6ea06de9c90ca84f05564389773da04218851fc99902c882ed61f6d2d443eb73e4eec6e80292ca1a9b90c340aa9cfba3249a5f8cd73918372d5006c030c');
INSERT INTO public.batch VALUES (2, 1, 1, 2, '\xf77dd4452527d4b593d37aab136988d2978df3269b6ec55053a84c545fce4506', '\x598c7f4dd4fb4a8126e1033c71516bab4497a5737f1c6eed1fa099aaba46158066c085f594c7404d10c7a2ba586c141d92d2d522b5921b9ab60072e56151320e');



INSERT INTO public.case_summary VALUES (2, 1, '7cecedc8b85fbfd4f902df906de184df', true, '2026-11', '', '', '', '', '', '', '', 0, 0, 'received');
INSERT INTO public.case_summary VALUES (3, 2, 'ed3d0704236c964e2f48c459971d6581', false, '2026-11', '', '', '', '', 'cellulitis', 'likely', 'same_day', 0, 0, 'received');
INSERT INTO public.case_summary VALUES (1, 1, '702c9d040092b1c4271e07d4dd00ba20', false, '2026-11', '', '', '', '', 'calcinosis_cutis_iatrogenic', 'likely', 'same_day', 0, 0, 'needs_information');



INSERT INTO public.device VALUES (1, 1, 'bf7495d027d085a9', 1, '\xe04b7312582501729873a79dfcdcf697126079401fe064d2ddc786bad6a019b3', false, 4, '\x543a5958e08eaab3ec78b6c32dc1050b89e5dcd1140511a9a0bd58341a2b6dca', 'eJrXWHrBeownEZSehqfhfA', 0, 0, '0.1.0', '1.0', '2026-11-21');
INSERT INTO public.device VALUES (3, 1, 'af68745b4aa79ef0', 2, '\x4318418efd61b8b54df9de9b6a9b2efe78e910cf555fcbd8ee21dc8b12c615ed', false, 2, '\xb8fcfda7d0c8a12b22316e63067f92958b47a6e99c1bd88c50084cb19935badc', '5BP45ftowR-lJ8PRNebtqg', 0, 0, '0.1.0', '1.0', '2026-11-21');
INSERT INTO public.device VALUES (2, 2, '4e49efe0b14218da', 1, '\x06db05daef5d13a9da60cbaa769cc2bcde4d781c49fefe44f94f483ab970215f', false, 1, '\xf77dd4452527d4b593d37aab136988d2978df3269b6ec55053a84c545fce4506', 'avOE_5bH37zCfH455T77pg', 0, 0, '0.1.0', '1.0', '2026-11-21');



INSERT INTO public.enrolment_code VALUES ('\x7eeffb4e2cb263905cf18b846a1ee3526e6defb1c8ddaee254f802a65f108ed8', 1, 1795255603, '7B', 0, 'bf7495d027d085a9');
INSERT INTO public.enrolment_code VALUES ('\x8ea6af9c138119a19f5890e1f1a8bfa0828e038d0fe57c00007d3df15b62bc71', 2, 1795255603, '2G', 0, '4e49efe0b14218da');
INSERT INTO public.enrolment_code VALUES ('\xc83f5b781b92697ad4be7f816a6619da001775f73f5ed8b0d69a94118468296e', 1, 1795255603, 'GZ', 0, 'af68745b4aa79ef0');
INSERT INTO public.enrolment_code VALUES ('\x3fb8da1214ee0235c232f869c68ed1b34910adc04f5cbb1a232546b454a82229', 2, 1795255603, 'FF', 0, '');



INSERT INTO public.entry VALUES (1, 1, 1, 1, 1, '\x7b22616e7377657273223a7b22637270223a7b22756e6974223a226d672f4c222c2276616c7565223a302e33367d2c2266657665725f67655f3338223a66616c73657d2c22636f6e636c7573696f6e223a7b22646966666572656e7469616c223a5b5b2263616c63696e6f7369735f63757469735f696174726f67656e6963222c302e37372c302e31322c302e39375d2c5b226f746865725f6e6f745f6d6f64656c6c6564222c302e32332c302e30312c302e345d5d2c22646973706f736974696f6e223a2273616d655f646179222c2266697473223a747275652c226b6e6f776c656467655f76657273696f6e223a22312e30222c227265645f666c616773223a5b5d7d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5d7d', NULL);
INSERT INTO public.entry VALUES (1, 4, 1, 3, 1, '\x7b22616e7377657273223a7b227761726d7468223a747275657d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5b2262663734393564303237643038356139222c315d5d7d', NULL);
INSERT INTO public.entry VALUES (3, 1, 1, 4, 1, '\x7b22616e7377657273223a7b2266657665725f67655f3338223a747275657d2c226b696e64223a22666f6c6c6f775f7570222c22706172656e7473223a5b5b2262663734393564303237643038356139222c315d5d7d', NULL);
INSERT INTO public.entry VALUES (3, 2, 1, 5, 2, '\x7b22616e7377657273223a7b227769746864726177616c5f726561736f6e223a22636f6e73656e74227d2c226b696e64223a227769746864726177616c222c22706172656e7473223a5b5d7d', NULL);
INSERT INTO public.entry VALUES (1, 2, 1, 2, 2, NULL, '\x2df31faa26489f6453debee9eb15a675b3c7a4470ed25930483a6da3969ed238');
INSERT INTO public.entry VALUES (2, 1, 2, 1, 3, '\x7b22616e7377657273223a7b22666c75637475616e6365223a747275657d2c22636f6e636c7573696f6e223a7b22646966666572656e7469616c223a5b5b2263656c6c756c69746973222c302e37372c302e31322c302e39375d2c5b226f746865725f6e6f745f6d6f64656c6c6564222c302e32332c302e30312c302e345d5d2c22646973706f736974696f6e223a2273616d655f646179222c2266697473223a747275652c226b6e6f776c656467655f76657273696f6e223a22312e30222c227265645f666c616773223a5b5d7d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5d7d', NULL);



INSERT INTO public.quarantine VALUES (1, 3, '\xedc25b9acfe41fff03476a7b0930af86b12e4352a3a2ec18aad127143424ea55', 1, 'This entry holds an answer that the server does not know. Update the server.', true);



INSERT INTO public.review VALUES (1, 6, 1, 'needs_information', 'cellulitis', 'culture', 'How was the birth?', 1, '2026-11-21');



INSERT INTO public.server VALUES (1, 1, 'b8d4729e859e7c8f1e1a92ba63780b60', '\x7097ffd7303ec05aab24cea16683c516d35bb8a88eb6c58d279e2b9e1904e714');



INSERT INTO public.session VALUES ('\xf84828a9d381b7121ad68e1631cea96416339e4fadb3c7ee960dcbef1e89f25e', 1, 1795254703, 1795254703);



INSERT INTO public.site VALUES (2, 'Clinic A', 2);
INSERT INTO public.site VALUES (1, 'Ward 3', 7);



INSERT INTO public.site_epoch VALUES (2, '1fe6c55538b037977fd32394f1d8f4ee');



INSERT INTO public.user_account VALUES (1, 'Huda Saleh', '$argon2id$v=19$m=64,t=1,p=1$PhGMFCUGaSBUExHBSIh6Hg$IJxIDRpuBEIULZIqhNF7sURku0Gf7y1Dqs8vMWEJqUQ');



SELECT pg_catalog.setval('public.case_summary_case_no_seq', 3, true);



SELECT pg_catalog.setval('public.device_device_no_seq', 3, true);



SELECT pg_catalog.setval('public.site_site_no_seq', 2, true);



SELECT pg_catalog.setval('public.user_account_user_no_seq', 1, true);



ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (subject);



ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (device_no, first_seq);



ALTER TABLE ONLY public.case_summary
    ADD CONSTRAINT case_summary_case_id_site_no_key UNIQUE (case_id, site_no);



ALTER TABLE ONLY public.case_summary
    ADD CONSTRAINT case_summary_pkey PRIMARY KEY (case_no);



ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_device_key UNIQUE (device);



ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device_no);



ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_site_no_tablet_no_key UNIQUE (site_no, tablet_no);



ALTER TABLE ONLY public.enrolment_code
    ADD CONSTRAINT enrolment_code_pkey PRIMARY KEY (code_hash);



ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (device_no, seq);



ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (device_no, seq, hash);



ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (site_no, "position");



ALTER TABLE ONLY public.server
    ADD CONSTRAINT server_pkey PRIMARY KEY ("only");



ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);



ALTER TABLE ONLY public.site_epoch
    ADD CONSTRAINT site_epoch_pkey PRIMARY KEY (site_no);



ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_name_key UNIQUE (name);



ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_pkey PRIMARY KEY (site_no);



ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_name_key UNIQUE (name);



ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_pkey PRIMARY KEY (user_no);



CREATE INDEX case_condition ON public.case_summary USING btree (condition, case_no);



CREATE INDEX case_differs ON public.case_summary USING btree (disagreements, case_no);



CREATE INDEX case_review ON public.case_summary USING btree (review_state, case_no);



CREATE INDEX case_urgency ON public.case_summary USING btree (urgency, case_no);



CREATE INDEX entry_case ON public.entry USING btree (case_no);



CREATE UNIQUE INDEX entry_position ON public.entry USING btree (site_no, "position");



CREATE INDEX ix_enrolment_code_selector ON public.enrolment_code USING btree (selector);



CREATE INDEX review_case ON public.review USING btree (case_no);



ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_device_no_fkey FOREIGN KEY (device_no) REFERENCES public.device(device_no);



ALTER TABLE ONLY public.case_summary
    ADD CONSTRAINT case_summary_site_no_fkey FOREIGN KEY (site_no) REFERENCES public.site(site_no);



ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_site_no_fkey FOREIGN KEY (site_no) REFERENCES public.site(site_no);



ALTER TABLE ONLY public.enrolment_code
    ADD CONSTRAINT enrolment_code_site_no_fkey FOREIGN KEY (site_no) REFERENCES public.site(site_no);



ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_device_no_fkey FOREIGN KEY (device_no) REFERENCES public.device(device_no);



ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_device_no_fkey FOREIGN KEY (device_no) REFERENCES public.device(device_no);



ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_user_no_fkey FOREIGN KEY (user_no) REFERENCES public.user_account(user_no);



ALTER TABLE ONLY public.site_epoch
    ADD CONSTRAINT site_epoch_site_no_fkey FOREIGN KEY (site_no) REFERENCES public.site(site_no);




