-- Creates the login of the server and its database. Run once, by a superuser, with psql:
--   SCIM_PASSWORD=… psql -v ON_ERROR_STOP=1 -f create-login.sql
-- compose.yaml runs this file when it makes a new volume.
--
-- The login is neither SUPERUSER nor BYPASSRLS: either one would see the rows of all tenants, whatever row-level security says.
-- It owns the database, because each start of the server brings the tables up to date.
-- It has CREATEROLE, because the first start creates the roles that the server acts as: scim_app, which owns nothing, and scim_index, which owns
-- one view (docs/operations.md). Since PostgreSQL 16 this right reaches no further than roles which the login made itself. In PostgreSQL 15
-- it reaches nearly every role: where other databases share that server, leave it out, and create both roles beforehand.
\getenv password SCIM_PASSWORD
CREATE ROLE scim LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD :'password';
CREATE DATABASE scim OWNER scim;
