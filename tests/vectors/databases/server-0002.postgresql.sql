


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


CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);



CREATE TABLE public.attempt (
    subject bytea NOT NULL,
    failures integer NOT NULL,
    last_at bigint NOT NULL
);



CREATE TABLE public.batch (
    device_no integer NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    site_no integer NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL
);



CREATE TABLE public.case_summary (
    case_no bigint NOT NULL,
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
    head_seq bigint NOT NULL,
    head_hash bytea NOT NULL,
    next_nonce character varying,
    challenges_used bigint NOT NULL,
    waiting bigint NOT NULL,
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
    expires_at bigint NOT NULL,
    selector character varying NOT NULL,
    failed_tries integer NOT NULL,
    used_by character varying NOT NULL
);



CREATE TABLE public.entry (
    device_no integer NOT NULL,
    seq bigint NOT NULL,
    site_no integer NOT NULL,
    "position" bigint NOT NULL,
    case_no bigint NOT NULL,
    payload bytea,
    erased_hash bytea
);



CREATE TABLE public.quarantine (
    device_no integer NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    site_no integer NOT NULL,
    reason character varying NOT NULL,
    is_in_chain boolean NOT NULL
);



CREATE TABLE public.review (
    site_no integer NOT NULL,
    "position" bigint NOT NULL,
    case_no bigint NOT NULL,
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



CREATE SEQUENCE public.server_only_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.server_only_seq OWNED BY public.server."only";



CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    user_no integer NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL
);



CREATE TABLE public.site (
    site_no integer NOT NULL,
    name character varying NOT NULL,
    next_position bigint NOT NULL
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



ALTER TABLE ONLY public.server ALTER COLUMN "only" SET DEFAULT nextval('public.server_only_seq'::regclass);



ALTER TABLE ONLY public.site ALTER COLUMN site_no SET DEFAULT nextval('public.site_site_no_seq'::regclass);



ALTER TABLE ONLY public.user_account ALTER COLUMN user_no SET DEFAULT nextval('public.user_account_user_no_seq'::regclass);



INSERT INTO public.alembic_version VALUES ('0002');



INSERT INTO public.attempt VALUES ('\xae6f60eb0518c65656a141b40d4b8c02b5ca2e9fcde0cc2b8e146dc1b5d2d0c9', 1, 1795271935);



INSERT INTO public.batch VALUES (1, 1, 2, 1, '\x15160060124c2d2652c5dd5638cb31326045173a8c6ca2d7319c4ba0b5c9caf0', '\x82a1cf3f665e11cbfb5e7f7175e4ef7a6a0a000198343c654095aa307112007174d25bacd1a6a33451889f850428bee0ba25c5a47dcc9039fc8ce74bc6f99206');
INSERT INTO public.batch VALUES (1, 3, 4, 1, '\xe10c88d05fd67a3c42d0fe4908a4007d41f816f094bf2fb2a2d86cdbc29ae0f3', '\x1c4dad621de67226f2e2a99cc42ce28f6ba48fb05b5d1ce2473b23aa2eaeaf3a1fd6ca2a4e0324e71cfae943a2db5f2ca3e94e23be7e9266f4ec18e460a1190c');
INSERT INTO public.batch VALUES (3, 1, 1, 1, '\xf8a7db5fe4a900b455be8f03e111860b3e1053edaba2422b5cd819fd858468a1', '\x360c653c562ae57e88b71de209248892292136db4cd229c029947ddd75f12b31c85fcc6bfc0eb86b02c2b862b34736ecffefeab587bcdd83ce73eda8d79e6c0c');
INSERT INTO public.batch VALUES (3, 2, 2, 1, '\xa6016ae0dc59cc77d2938dccc0bb5548699d3ea39510323b0cfecef553f01aa4', '\xc2cb8bb4a0ff33221709a5c685cf0ed700a591f881d03cadd5a3a4d2e8f91c3c51b55e4aba248c495237b21a147db03dc5e0e1d493381e83be26553cc4d59a01');
INSERT INTO public.batch VALUES (2, 1, 1, 2, '\xc8c544da31742bb71d76e351685c262da9c1e20420785fe4309a966350f94bb4', '\x92b364efca0ea8c14475c9bfbde5ec202e40e741d6cb938ec69b8f0bef546d8a60f13e36824076c6708b1dc69eed99d6720e5de9631e5a38e39964294bfee506');



INSERT INTO public.case_summary VALUES (2, 1, '8f278b00f3ccdfafb41de706d493c342', true, '2026-11', '', '', '', '', '', '', '', 0, 0, 'received');
INSERT INTO public.case_summary VALUES (3, 2, 'e4c6afcad6f9e888106da33a74d27489', false, '2026-11', '', '', '', '', 'cellulitis', 'likely', 'same_day', 0, 0, 'received');
INSERT INTO public.case_summary VALUES (1, 1, 'e9614ce2a0035a0b1120a73143bc9ea6', false, '2026-11', '', '', '', '', 'calcinosis_cutis_iatrogenic', 'likely', 'same_day', 0, 0, 'needs_information');



INSERT INTO public.device VALUES (1, 1, '7cee9e7df3710d7a', 1, '\xf89ac0836ba15fbfdf966e94275b79f08a864ca3ce01dc90a87eaeae95128e26', false, 4, '\xe10c88d05fd67a3c42d0fe4908a4007d41f816f094bf2fb2a2d86cdbc29ae0f3', 'VZ07CUAtJOIriqdr8XYSUA', 0, 0, '0.1.0', '1.0', '2026-11-21');
INSERT INTO public.device VALUES (3, 1, '044d6c28dfb031c1', 2, '\x62723d918dbdf5ed187ada5c5914c3f699e7a4abc5c775d20b0f48c79227692e', false, 2, '\xa6016ae0dc59cc77d2938dccc0bb5548699d3ea39510323b0cfecef553f01aa4', 'oomPCR-2Ysci6vZd99ONDQ', 0, 0, '0.1.0', '1.0', '2026-11-21');
INSERT INTO public.device VALUES (2, 2, '0d90ca79f9a05cda', 1, '\x37599019878acec27be1041137a2aaa6164847b8f6946d86c7e80a85791ba0d6', false, 1, '\xc8c544da31742bb71d76e351685c262da9c1e20420785fe4309a966350f94bb4', 'VgaXOt-3qsXfhqJ5JQMRuA', 0, 0, '0.1.0', '1.0', '2026-11-21');



INSERT INTO public.enrolment_code VALUES ('\x9ac876105433d615114a189f0b8bf113b862c390f65270c1ddc216980c14e33b', 1, 1795272834, 'JD', 0, '7cee9e7df3710d7a');
INSERT INTO public.enrolment_code VALUES ('\xb4d37b2400f51ce994bd319284928c000544346b90305ef478414ba031b08117', 2, 1795272834, 'ZH', 0, '0d90ca79f9a05cda');
INSERT INTO public.enrolment_code VALUES ('\x0ac6e8c9bc71e782292a9d8aff8610fc4eea707bdce5b1fcb9591dad488ca419', 1, 1795272834, 'WW', 0, '044d6c28dfb031c1');
INSERT INTO public.enrolment_code VALUES ('\xd41b011954fbd622a425dc2f0bb247a89152f32a59da5265a32c01677996a805', 2, 1795272835, 'VK', 0, '');



INSERT INTO public.entry VALUES (1, 1, 1, 1, 1, '\x7b22616e7377657273223a7b22637270223a7b22756e6974223a226d672f4c222c2276616c7565223a302e33367d2c2266657665725f67655f3338223a66616c73657d2c22636f6e636c7573696f6e223a7b22646966666572656e7469616c223a5b5b2263616c63696e6f7369735f63757469735f696174726f67656e6963222c302e37372c302e31322c302e39375d2c5b226f746865725f6e6f745f6d6f64656c6c6564222c302e32332c302e30312c302e345d5d2c22646973706f736974696f6e223a2273616d655f646179222c2266697473223a747275652c226b6e6f776c656467655f76657273696f6e223a22312e30222c227265645f666c616773223a5b5d7d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5d7d', NULL);
INSERT INTO public.entry VALUES (1, 4, 1, 3, 1, '\x7b22616e7377657273223a7b227761726d7468223a747275657d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5b2237636565396537646633373130643761222c315d5d7d', NULL);
INSERT INTO public.entry VALUES (3, 1, 1, 4, 1, '\x7b22616e7377657273223a7b2266657665725f67655f3338223a747275657d2c226b696e64223a22666f6c6c6f775f7570222c22706172656e7473223a5b5b2237636565396537646633373130643761222c315d5d7d', NULL);
INSERT INTO public.entry VALUES (3, 2, 1, 5, 2, '\x7b22616e7377657273223a7b227769746864726177616c5f726561736f6e223a22636f6e73656e74227d2c226b696e64223a227769746864726177616c222c22706172656e7473223a5b5d7d', NULL);
INSERT INTO public.entry VALUES (1, 2, 1, 2, 2, NULL, '\x1c0bf07dcb6b907829db9e84f99143f51766bec1c61f481cd3acca58e2da3d07');
INSERT INTO public.entry VALUES (2, 1, 2, 1, 3, '\x7b22616e7377657273223a7b22666c75637475616e6365223a747275657d2c22636f6e636c7573696f6e223a7b22646966666572656e7469616c223a5b5b2263656c6c756c69746973222c302e37372c302e31322c302e39375d2c5b226f746865725f6e6f745f6d6f64656c6c6564222c302e32332c302e30312c302e345d5d2c22646973706f736974696f6e223a2273616d655f646179222c2266697473223a747275652c226b6e6f776c656467655f76657273696f6e223a22312e30222c227265645f666c616773223a5b5d7d2c226b696e64223a226173736573736d656e74222c22706172656e7473223a5b5d7d', NULL);



INSERT INTO public.quarantine VALUES (1, 3, '\xd8380a192fc7f96b1c81d115a37900cb6a1173848e3bc8dfab7d2d14a316b665', 1, 'This entry holds an answer that the server does not know. Update the server.', true);



INSERT INTO public.review VALUES (1, 6, 1, 'needs_information', 'cellulitis', 'culture', 'How was the birth?', 1, '2026-11-21');



INSERT INTO public.server VALUES (1, 2, 'c64083352c99e869d999d40a834d06e7', '\x0aaa2bfbeb2b76758193016857a3b7d2e5c8927df1f465cc3b28c8f5f11b9789');



INSERT INTO public.session VALUES ('\x19572aa7a6f12173535ba18c15d0538e4ecabd403beaec2a7b3e14ffd8c381c3', 1, 1795271935, 1795271935);



INSERT INTO public.site VALUES (2, 'Clinic A', 2);
INSERT INTO public.site VALUES (1, 'Ward 3', 7);



INSERT INTO public.site_epoch VALUES (2, '71a17a3e7a2456c3cb454195e890ff1b');



INSERT INTO public.user_account VALUES (1, 'Huda Saleh', '$argon2id$v=19$m=64,t=1,p=1$wA9ZDz1SmVi/iMizTHZTYw$iKl2wVNThBRZPjPPXciwWM5DkUPb9ZjJiadRlpLU5Vs');



SELECT pg_catalog.setval('public.case_summary_case_no_seq', 3, true);



SELECT pg_catalog.setval('public.device_device_no_seq', 3, true);



SELECT pg_catalog.setval('public.server_only_seq', 1, false);



SELECT pg_catalog.setval('public.site_site_no_seq', 2, true);



SELECT pg_catalog.setval('public.user_account_user_no_seq', 1, true);



ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);



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




