using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Tags of houses (房源标签).</summary>
internal static class TagsApi
{
    private static readonly Expression<Func<Tag, TagForm>> Form = tag => new TagForm(tag.Id, tag.Content);

    public static void MapTagsApi(this IEndpointRouteBuilder api)
    {
        var tags = api.MapGroup("/tags").WithTags("Tags");
        tags.MapGet("/", ListAsync).WithName("ListTags").WithSummary("A page of tags; with count so many random ones, as a plain array").Produces<Page<TagForm>>();
        tags.MapGet("/{id:int}", ReadAsync).WithName("ReadTag").WithSummary("A tag").Produces<TagForm>();
        tags.MapPost("/", CreateAsync).WithName("CreateTag").WithSummary("Add a tag").Produces<TagForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Agent, Roles.Admin);
        tags.MapPut("/{id:int}", UpdateAsync).WithName("UpdateTag").WithSummary("Change a tag").Produces<TagForm>().RequireRole(Roles.Agent, Roles.Admin);
        tags.MapDelete("/{id:int}", DeleteAsync).WithName("DeleteTag").WithSummary("Delete a tag that no house has")
            .Produces(StatusCodes.Status204NoContent).DocumentsErrors(StatusCodes.Status409Conflict).RequireRole(Roles.Admin);
    }

    private static async Task<IResult> ListAsync([AsParameters] Sample sample, [AsParameters] PageQuery page, ListingsDb db, CancellationToken cancellationToken) =>
        sample.Count is { } count
            ? TypedResults.Ok(await db.Tags.OrderBy(_ => EF.Functions.Random()).Take(count).Select(Form).ToListAsync(cancellationToken))
            : await page.AnswerAsync(db.Tags.OrderBy(tag => tag.Id).Select(Form), cancellationToken);

    private static Task<IResult> ReadAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Tags.Where(tag => tag.Id == id).Select(Form).AnswerAsync(cancellationToken);

    private static async Task<IResult> CreateAsync(TagBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        var tag = new Tag { Content = body.Content! };
        db.Add(tag);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(new TagForm(tag.Id, tag.Content), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(int id, TagBody body, ListingsDb db, CancellationToken cancellationToken)
    {
        if (await db.Tags.FindAsync([id], cancellationToken) is not { } tag)
            return ApiError.NotFound();
        tag.Content = body.Content!;
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new TagForm(tag.Id, tag.Content));
    }

    private static Task<IResult> DeleteAsync(int id, ListingsDb db, CancellationToken cancellationToken) =>
        db.Tags.Where(tag => tag.Id == id).DeleteAsync(cancellationToken);

    private sealed class Sample : IInput
    {
        /// <summary>How many random ones; fewer where there are fewer.</summary>
        [Range(1, 1000)]
        public int? Count { get; init; }
    }

    private sealed class TagBody : IInput
    {
        [Required, Text(50)]
        public string? Content { get; init; }
    }

    private sealed record TagForm(int Tagid, string Content);
}
