using System.Linq.Expressions;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Users and their roles (用户与角色), managed by administrators.</summary>
internal static class UsersApi
{
    private static readonly Expression<Func<User, UserForm>> Form = user => new UserForm(user.Id, user.Name, user.Roles, user.IsDisabled, user.CreatedAt);
    private static readonly Func<User, UserForm> FormOf = Form.Compile();

    public static void MapUsersApi(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users").RequireRole(Roles.Admin);
        users.MapGet("/", ListAsync).WithName("ListUsers").WithSummary("A page of users, oldest first").Produces<Page<UserForm>>();
        users.MapGet("/{id:long}", ReadAsync).WithName("ReadUser").WithSummary("A user").Produces<UserForm>();
        users.MapPost("/", CreateAsync).WithName("CreateUser").WithSummary("Add a user")
            .Produces<UserForm>(StatusCodes.Status201Created).DocumentsErrors(StatusCodes.Status409Conflict);
        users.MapPatch("/{id:long}", ChangeAsync).WithName("ChangeUser").WithSummary("Change a user's roles or password, disable or enable him")
            .WithDescription("What is not given stays. A new password, and being disabled, revokes his tokens. 409 where no administrator could log in any more.")
            .Produces<UserForm>().DocumentsErrors(StatusCodes.Status409Conflict);
        users.MapDelete("/{id:long}", DeleteAsync).WithName("DeleteUser").WithSummary("Delete a user and revoke his tokens; what he made in other services stays")
            .Produces(StatusCodes.Status204NoContent).DocumentsErrors(StatusCodes.Status409Conflict);
        users.MapDelete("/{id:long}/tokens", RevokeTokensAsync).WithName("RevokeTokens").WithSummary("Revoke all tokens of a user, his session too; in force everywhere within 2 s")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static Task<IResult> ListAsync([AsParameters] UserFilter filter, [AsParameters] PageQuery page, AccountsDb db, CancellationToken cancellationToken) =>
        page.AnswerAsync(filter.Of(db.Users).OrderBy(user => user.Id).Select(Form), cancellationToken);

    private static async Task<IResult> ReadAsync(long id, AccountsDb db, CancellationToken cancellationToken) =>
        await db.Users.Where(user => user.Id == id).Select(Form).SingleOrDefaultAsync(cancellationToken) is { } user ? TypedResults.Ok(user) : ApiError.NotFound();

    private static async Task<IResult> CreateAsync(NewUser body, HttpContext context, UserChanges changes, CancellationToken cancellationToken) =>
        await changes.CreateAsync(Caller.Of(context), body.Name!, body.Password!, body.Roles!, cancellationToken) is { } user
            ? TypedResults.Json(FormOf(user), statusCode: StatusCodes.Status201Created)
            : ApiError.Conflict("用户名已存在。");

    private static async Task<IResult> ChangeAsync(long id, UserPatch body, HttpContext context, UserChanges changes, CancellationToken cancellationToken)
    {
        var (result, user) = await changes.ChangeAsync(Caller.Of(context), id, body.Roles, body.Password, body.Disabled, cancellationToken);
        return Answer(result, TypedResults.Ok(user is null ? null : FormOf(user)));
    }

    private static async Task<IResult> DeleteAsync(long id, HttpContext context, UserChanges changes, CancellationToken cancellationToken) =>
        Answer(await changes.DeleteAsync(Caller.Of(context), id, cancellationToken), TypedResults.NoContent());

    private static async Task<IResult> RevokeTokensAsync(long id, HttpContext context, UserChanges changes, CancellationToken cancellationToken) =>
        Answer(await changes.RevokeTokensAsync(Caller.Of(context), id, cancellationToken), TypedResults.NoContent());

    private static IResult Answer(UserChange result, IResult done) => result switch
    {
        UserChange.Done => done,
        UserChange.NotFound => ApiError.NotFound(),
        _ => ApiError.Conflict("至少要有一个能登录的管理员。"),
    };

    private sealed record UserForm(long Id, string Name, IReadOnlyList<string> Roles, bool Disabled, DateTimeOffset CreatedAt);
}
