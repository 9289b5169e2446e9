-- Creates the login of the server and its database. Run once, by a superuser, with psql:
--   SCIM_PASSWORD=… psql -v ON_ERROR_STOP=1 -f create-login.sql
-- compose.yaml runs this file when it makes a new volume.
--
-- The login is neither SUPERUSER nor BYPASSRLS: with either one it would see the rows of all tenants, whatever row-level security says.
-- It owns the database, because a new version of the server brings the tables up to date when it starts.
-- It has CREATEROLE, because the first start creates two roles: scim_app, which the server acts as, and scim_index, which owns one view.
-- Since PostgreSQL 16 this right covers only roles that the login itself created. In PostgreSQL 15 it covers nearly every role: if other
-- databases share that server, leave the right out and create the two roles first (docs/operations.md, "The database login").
\getenv password SCIM_PASSWORD
CREATE ROLE scim LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD :'password';
CREATE DATABASE scim OWNER scim;
