using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.AudioClassifier.Infrastructure.Migrations;

[DbContext(typeof(ClassifierDb))]
[Migration("20261121130000_LibraryVersions")]
internal sealed class LibraryVersions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        create table library_versions (
            version bigint not null,
            changed_at timestamp with time zone not null,
            changed_by text not null,
            change integer not null,
            announcements text[] not null,
            constraint pk_library_versions primary key (version)
        );

        alter table announcements add column version bigint not null default 1;
        alter table announcements add column seconds double precision not null default 0;
        alter table announcements alter column version drop default;
        alter table announcements alter column seconds drop default;

        -- What stood before there were versions is the first one: 8 kHz, 16 bits, as the pack is.
        update announcements set seconds = (length(audio) - 44) / 16000.0;
        insert into library_versions
        select 1, now(), 'migrate', 3, array_agg(id order by id) from announcements having count(*) > 0;
        """);
}
